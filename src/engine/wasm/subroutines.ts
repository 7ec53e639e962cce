/** Compiles subroutines into the module that is being written, each once. */
import type { Subroutine } from '../ir/nodes.js';
import type { ModuleWriter } from './binary.js';
import { Code } from './code.js';
import { Emitter } from './emit.js';
import type { Subroutines } from './site.js';

export class SubroutineTable implements Subroutines {
  private readonly indices = new Map<Subroutine, number>();

  constructor(private readonly module: ModuleWriter) {}

  indexOf(subroutine: Subroutine): number {
    const known = this.indices.get(subroutine);
    if (known !== undefined) return known;
    const { parameters, result: type } = subroutine;
    const code = new Code(parameters);
    const emitter = new Emitter(code, this);
    const { body, result } = subroutine.record();
    emitter.emit(body, [result]);
    emitter.push(result);
    const index = this.module.function({ parameters, results: [type] }, code);
    this.indices.set(subroutine, index);
    return index;
  }
}
