import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const MEMORY = "/dev/shm";

/** What a test waits for comes at once on a machine that has time, and is looked for often; a busy machine has longer. */
const PATIENT = { poll: { timeout: 10_000, interval: 5 } };

/**
 * Suites by what they need: `unit` nothing, `machine` worker threads, mounts, other processes and waits, `simulation` time, `page`
 * a browser, `process` real gateway processes, `image` root and buildah, `home-assistant` the real core, `app` all of these
 * in a network of their own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // No room keeps state in a module, so its tests may share the modules; that halves the time.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/simulation/**",
            "test/ui/**",
            "test/machine/**",
            "test/process/**",
            "test/image/**",
            "test/app/home/**",
            "test/home-assistant/**",
          ],
          // One more than there are cores: some wait for an answer that never comes, or for the disk.
          maxWorkers: availableParallelism() + 1,
          // Their vaults lie in memory, where there is such a place: what a disk does is `machine`'s and `process`'s to hold.
          env: existsSync(MEMORY) ? { TMPDIR: MEMORY } : {},
          expect: PATIENT,
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: "machine",
          include: ["test/machine/**/*.test.ts"],
          isolate: false,
          maxWorkers: availableParallelism() + 1,
          expect: PATIENT,
          testTimeout: 30_000,
        },
      },
      { test: { name: "simulation", include: ["test/simulation/**/*.test.ts"], expect: PATIENT, testTimeout: 60_000 } },
      {
        test: {
          name: "page",
          // Vite builds for it what it would ship.
          env: { NODE_ENV: "production" },
          setupFiles: "test/ui/words/english.ts",
          include: ["test/ui/**/*.test.ts"],
          // A busy machine draws late: as long as the browser itself is waited for.
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "process",
          include: ["test/process/**/*.test.ts"],
          // They wait most of the time: for tokens to end, for processes to start, for a cloud that never answers.
          maxWorkers: 3,
          expect: PATIENT,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "image",
          include: ["test/image/**/*.test.ts"],
          globalSetup: "test/image/needs.ts",
          // One of them traces every system call, which slows the others down.
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "app",
          include: ["test/app/home/**/*.test.ts"],
          globalSetup: "test/app/home/needs.ts",
          // They share the addresses of the one inner network.
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "home-assistant",
          include: ["test/home-assistant/**/*.test.ts"],
          // Each file has a Home Assistant of its own.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
