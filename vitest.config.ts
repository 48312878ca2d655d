import {availableParallelism} from 'node:os';
import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // By itself it would leave one of two cores idle.
    maxWorkers: Math.max(2, availableParallelism()),
    globalSetup: 'test/e2e/buildOnce.ts',
  },
});
