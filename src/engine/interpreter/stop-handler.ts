/** What stands in the decoded entry of a marked instruction: leaves execution to the host, with nothing of it done. */
import { STOP } from '../layout.js';
import { ModuleWriter } from '../wasm/binary.js';
import { Code } from '../wasm/code.js';
import { handlerType } from './called-handler.js';
import { PositionFunctions } from './position.js';

const ENTRY = 0;

let made: WebAssembly.Module | undefined;

/** A module that exports it as `stop`. */
export function stopHandler(): WebAssembly.Module {
  made ??= new WebAssembly.Module(stopModule());
  return made;
}

function stopModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory('engine', 'memory', 1);
  const marked = module.importFunction('host', 'marked', { parameters: [], results: [] });
  const position = new PositionFunctions(module);
  const code = new Code(handlerType.parameters);
  code.get(ENTRY);
  code.call(position.sync);
  code.call(marked);
  code.storeTo('i32', STOP.address, () => code.i32(1));
  code.i32(0);
  module.function(handlerType, code, 'stop');
  return module.finish();
}
