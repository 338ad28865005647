/** The entry: begins, and exports nothing, for it is served inside a function (widget/pages/loader.py). */
import { begin } from './begin.ts';

begin();
