import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('the code of the interpreter', () => {
  const { Module } = WebAssembly;
  // The test files of one worker share what their modules keep: this one wants them as a new process has them.
  beforeEach(() => vi.resetModules());
  afterEach(() => {
    WebAssembly.Module = Module;
  });

  it('is made once in a process, whatever the machines', async () => {
    const { code, testCluster } = await import('../test-cluster.js');
    let made = 0;
    WebAssembly.Module = new Proxy(Module, {
      construct(target, args: [BufferSource]) {
        made += 1;
        return new target(...args);
      },
    });
    const run = (): bigint => {
      const cluster = testCluster();
      cluster.ram.write(0, code('mov x0, #40', 'rbit x1, x0', 'rbit x1, x1', 'add x0, x1, #2', 'b #0'));
      cluster.run(100);
      return cluster.state.x(0);
    };
    expect(run()).toBe(42n);
    expect(made).toBeGreaterThan(0);
    made = 0;
    expect(run()).toBe(42n);
    expect(made).toBe(0);
  });
});
