/** What a monitor acts on: the machine, and whoever runs it. */
import type { Debugger } from '../../../debug/index.js';
import { Listeners } from '../../../engine/index.js';
import type { Ending } from '../../../host/index.js';
import type { InputEvent, Machine } from '../../../machine/index.js';
import type { Networks } from '../../network/networks.js';
import type { PortEvents } from '../../run/console.js';
import type { GdbAddress } from '../../run/gdb-server.js';
import { QemuError } from '../error.js';
import type { Drive } from '../options/drives.js';

/** A character device: what uses it, and what it is. */
export interface Use {
  readonly user: string;
  readonly device: string;
}

/** QEMU's RunState, as far as there is such a state here. */
export type RunState = 'running' | 'paused' | 'prelaunch' | 'debug' | 'shutdown';

/** What happens to a machine, as QMP tells it. */
export interface MachineEvent {
  readonly name: 'STOP' | 'RESUME' | 'RESET' | 'POWERDOWN' | 'SHUTDOWN';
  /** Of a reset or the end: whether the guest has asked for it, and QEMU's ShutdownCause. */
  readonly data?: { readonly guest: boolean; readonly reason: string };
}
const GUEST_SHUTDOWN = { guest: true, reason: 'guest-shutdown' };
const HOST_RESET = { guest: false, reason: 'host-qmp-system-reset' };

/** What QEMU has no word for is the user's doing. */
const causes: Readonly<Partial<Record<Ending['kind'], MachineEvent['data']>>> = {
  'powered off': GUEST_SHUTDOWN,
  exited: GUEST_SHUTDOWN,
  halted: { guest: true, reason: 'guest-panic' },
  reset: { guest: true, reason: 'guest-reset' },
  quit: { guest: false, reason: 'host-qmp-quit' },
  interrupted: { guest: false, reason: 'host-signal' },
};
const BY_USER = { guest: false, reason: 'host-ui' };

export class MonitorHost {
  readonly machine: Machine;
  /** Hear what happens to the machine. */
  readonly happened = new Listeners<(event: MachineEvent) => void>();
  /** What `mouse_button` has said last. */
  mouseButtons = 0;
  /** Whether the machine has never run. */
  private isFresh: boolean;
  /** Whether a reset is a monitor's. */
  private resets = false;
  private hasEnded = false;

  constructor(
    private readonly debug: Debugger,
    private readonly events: PortEvents,
    /** `name` is what `-name` says. */
    private readonly options: {
      readonly name: string | undefined;
      readonly reboots: boolean;
      readonly uses: () => readonly Use[];
      readonly networks?: Networks;
      readonly drives?: readonly Drive[];
    },
  ) {
    this.machine = debug.machine;
    this.isFresh = debug.isHalted;
    debug.resumed.add(() => {
      this.isFresh = false;
      this.tell({ name: 'RESUME' });
    });
    debug.stopped.add(() => {
      if (this.machine.isOff) this.tell({ name: 'SHUTDOWN', data: GUEST_SHUTDOWN });
      this.tell({ name: 'STOP' });
    });
    this.machine.restarted.add(() => {
      if (debug.isHalted) this.isFresh = true;
      this.tell({ name: 'RESET', data: this.resets ? HOST_RESET : { guest: true, reason: 'guest-reset' } });
    });
  }

  private tell(event: MachineEvent): void {
    for (const hear of this.happened.all) hear(event);
  }
  private tellEnd(data: MachineEvent['data'] = BY_USER): void {
    if (!this.hasEnded) this.tell({ name: 'SHUTDOWN', data });
    this.hasEnded = true;
  }
  /** The run is over. */
  ended({ kind }: Ending): void {
    this.tellEnd(causes[kind]);
  }

  get name(): string | undefined {
    return this.options.name;
  }
  get uses(): readonly Use[] {
    return this.options.uses();
  }

  /** The disks, in the machine's order. */
  get drives(): readonly Drive[] {
    return this.options.drives ?? [];
  }
  get networks(): Networks | undefined {
    return this.options.networks;
  }

  get state(): RunState {
    const { machine, debug, isFresh } = this;
    if (!debug.isHalted) return 'running';
    if (machine.isOff) return 'shutdown';
    if (isFresh) return 'prelaunch';
    return debug.halted?.cause === 'interrupt' ? 'paused' : 'debug';
  }

  stop(): void {
    this.debug.stopNow();
  }
  /** @throws QemuError for a machine that is off */
  resume(): void {
    if (this.state === 'shutdown') throw new QemuError('Resetting the Virtual Machine is required');
    if (this.debug.isHalted) this.debug.resume();
  }
  reset(): void {
    if (!this.options.reboots) {
      this.tellEnd(HOST_RESET);
      this.events.quit();
      return;
    }
    this.resets = true;
    this.machine.reset();
    this.resets = false;
    this.events.nudge();
  }
  pressPowerButton(): void {
    this.tell({ name: 'POWERDOWN' });
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
    this.tellEnd(causes.quit);
    this.events.quit();
  }
}
