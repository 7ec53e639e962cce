/** Takes together what happens in calls and exceptions that are deeper than somebody wants to look. */
import type { Call, Step, Take, WalkItem } from './step.js';
import { beginningOf, Gathering } from './summary.js';

/** System registers, events and maps that are kept of a call. */
const MOST_NOTES = 64;

type Open = Omit<Call, 'summary' | 'instructions'> & {
  instructions: number;
  readonly written: Call['written'][number][];
  readonly events: Call['events'][number][];
  readonly maps: Call['maps'][number][];
};

export class CallGatherer {
  private call: Open | undefined;
  private gathered = new Gathering();

  /** @param deepest how many calls deep steps are given on */
  constructor(
    private readonly deepest: number,
    private readonly take: Take,
  ) {}

  push(item: WalkItem): void {
    const isDeeper = item.kind === 'step' && item.depth > this.deepest;
    if (!isDeeper || item.core !== this.call?.core) this.flush();
    if (isDeeper) this.add(item);
    else this.take(item);
  }

  /** Gives on what has been gathered. */
  flush(): void {
    const { call, gathered } = this;
    if (call === undefined) return;
    [this.call, this.gathered] = [undefined, new Gathering()];
    this.take({ ...call, summary: gathered.summary });
  }

  private add(step: Step): void {
    this.call ??= {
      kind: 'call',
      ...beginningOf(step),
      ...{ instructions: 0, written: [], events: [], maps: [] },
    };
    const { call } = this;
    call.instructions++;
    this.gathered.add(step);
    if (step.written !== undefined) keep(call.written, step.written);
    for (const event of step.events) keep(call.events, event);
    for (const map of step.maps) keep(call.maps, map);
  }
}

function keep<T>(list: T[], item: T): void {
  if (list.length < MOST_NOTES) list.push(item);
}
