/**
 * The interrupt controllers of a BCM2836 or BCM2837, one behind the other: what the GPU's peripherals and the ARM's own
 * raise comes through the ARM interrupt controller to the cores' local block, as one IRQ and one FIQ.
 *
 * Their interrupts are known here by the number that the FIQ register knows those of the first by (0 to 63 of the GPU,
 * 64 to 71 of the ARM); those of a core follow from `LOCAL` on. A core finds the cause by itself: nothing is
 * acknowledged.
 */
import { Listeners } from '../../../engine/index.js';
import type { Clock } from '../../clock.js';
import type { CoreInputs } from '../../core-wires.js';
import type { Line } from '../../device.js';
import type {
  InterruptController,
  InterruptListener,
  InterruptOverview,
  InterruptState,
} from '../interrupt-controller.js';
import { ARM_INTERRUPTS, ArmInterrupts, GPU_INTERRUPTS } from './arm-interrupts.js';
import { LocalControl, SOURCES } from './local-control.js';

export const LOCAL = 128;

export class Bcm2836Interrupts implements InterruptController {
  readonly listeners = new Listeners<InterruptListener>();
  readonly local: LocalControl;
  readonly arm: ArmInterrupts;

  constructor(outputs: CoreInputs, clock: Clock) {
    this.local = new LocalControl(outputs, clock, (source, core, level) =>
      this.tell(LOCAL + source, core, level),
    );
    this.arm = new ArmInterrupts(this.local.gpuIrq, this.local.gpuFiq, (number, level) =>
      this.tell(number, undefined, level),
    );
  }

  /** The input of interrupt `n`, 0 to 63, of the GPU's peripherals. */
  gpu(n: number): Line {
    return this.arm.input(n);
  }

  /** The input of interrupt `n`, 0 to 7, of the ARM's own peripherals. */
  armOwn(n: number): Line {
    return this.arm.input(GPU_INTERRUPTS + n);
  }

  /** A core's timer, by its source in the local block. */
  timer(core: number, source: number): Line {
    return this.local.timer(core, source);
  }

  kindOf(number: number): string {
    return number >= LOCAL ? 'local' : number >= GPU_INTERRUPTS ? 'ARM' : 'GPU';
  }

  overview(core: number): InterruptOverview {
    const { enabled, pending } = this.local.sourcesOf(core);
    const interrupts: InterruptState[] = [];
    for (let number = 0; number < GPU_INTERRUPTS + ARM_INTERRUPTS; number++) {
      interrupts.push({
        number,
        enabled: this.arm.isEnabled(number),
        pending: this.arm.isHigh(number),
        active: false,
      });
    }
    for (let source = 0; source < SOURCES; source++) {
      const bit = 1 << source;
      interrupts.push({
        number: LOCAL + source,
        enabled: (enabled & bit) !== 0,
        pending: (pending & bit) !== 0,
        active: false,
      });
    }
    return { delivers: enabled !== 0, interrupts: interrupts.filter((each) => each.enabled || each.pending) };
  }

  private tell(number: number, core: number | undefined, level: boolean): void {
    for (const each of this.listeners.all) each.inputChanged(number, core, level);
  }
}
