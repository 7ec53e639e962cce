/** What boards have alike: devices at their addresses and a clock, which are all of a board's state. */
import { record, type Shape } from '../../engine/index.js';
import { PhysicalMap } from '../bus.js';
import { Clock } from '../clock.js';
import type { Snapshotable } from '../device.js';
import type { BoardState } from './board.js';

export abstract class DeviceBoard implements Snapshotable<BoardState> {
  readonly bus = new PhysicalMap();
  readonly clock = new Clock();

  get shape(): Shape<BoardState> {
    return record<BoardState>({ clock: this.clock.shape, devices: this.bus.shape });
  }

  save(): BoardState {
    return { clock: this.clock.save(), devices: this.bus.save() };
  }

  load(state: BoardState): void {
    this.bus.load(state.devices);
    this.clock.load(state.clock);
  }
}
