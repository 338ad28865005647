import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: { include: ['frontend/**/*.test.ts', 'frontend/**/*.test.tsx'], environment: 'node' },
});
