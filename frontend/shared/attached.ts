/** What a message of files only says: a message without words does not exist. */
import type { Attachment } from './protocol.d.ts';

export const namesOf = (attachments: readonly Attachment[]): string => attachments.map(({ name }) => name).join(', ');
