/** What a monitor acts on: the machine, and whoever runs it. */
import type { Debugger } from '../../../debug/index.js';
import type { InputEvent, Machine } from '../../../machine/index.js';
import type { Networks } from '../../network/networks.js';
import type { PortEvents } from '../../run/console.js';
import type { GdbAddress } from '../../run/gdb-server.js';

/** A character device: what uses it, and what it is. */
export interface Use {
  readonly user: string;
  readonly device: string;
}

export class MonitorHost {
  readonly machine: Machine;
  /** What `mouse_button` has said last. */
  mouseButtons = 0;
  /** Whether the machine has never run. */
  private isFresh: boolean;

  constructor(
    private readonly debug: Debugger,
    private readonly events: PortEvents,
    /** `name` is what `-name` says. */
    private readonly options: {
      readonly name: string | undefined;
      readonly reboots: boolean;
      readonly uses: () => readonly Use[];
      readonly networks?: Networks;
    },
  ) {
    this.machine = debug.machine;
    this.isFresh = debug.isHalted;
    debug.resumed.add(() => (this.isFresh = false));
  }

  get name(): string | undefined {
    return this.options.name;
  }
  get uses(): readonly Use[] {
    return this.options.uses();
  }

  get networks(): Networks | undefined {
    return this.options.networks;
  }

  /** In QEMU's words. */
  get status(): string {
    const { machine, debug, isFresh } = this;
    if (!debug.isHalted) return 'running';
    if (machine.isOff) return 'paused (shutdown)';
    if (isFresh) return 'paused (prelaunch)';
    return debug.halted?.cause === 'interrupt' ? 'paused' : 'paused (debug)';
  }

  stop(): void {
    this.debug.stopNow();
  }
  resume(): void {
    if (this.debug.isHalted) this.debug.resume();
  }
  reset(): void {
    if (!this.options.reboots) return this.quit();
    this.machine.reset();
    this.events.nudge();
  }
  pressPowerButton(): void {
    this.machine.pressPowerButton();
    this.events.nudge();
  }
  /** What is typed while the machine stands still is lost, as is what no device is there for. */
  sendInput(events: readonly InputEvent[]): void {
    if (this.debug.isHalted || this.machine.board.usb === undefined) return;
    this.machine.sendInput(events);
    this.events.nudge();
  }
  moveGdb(address: GdbAddress | undefined): void {
    this.events.moveGdb(address);
  }
  quit(): void {
    this.events.quit();
  }
}
