/** Takes steps together that are of one function and follow each other, as regions. */
import type { Region, Step, Take, WalkItem } from './step.js';
import { beginningOf, Gathering, type Mutable } from './summary.js';

/** Registers, explanations and events that are kept of a region before it ends. */
const MOST_NOTES = 32;

type Open = Mutable<Omit<Region, 'summary' | 'written' | 'read' | 'explanations' | 'events' | 'maps'>> & {
  readonly written: Region['written'][number][];
  readonly read: Region['read'][number][];
  readonly explanations: Set<string>;
  readonly events: Region['events'][number][];
  readonly maps: Region['maps'][number][];
};

const WORD = 4n;

export class RegionGatherer {
  private region: Open | undefined;
  private gathered = new Gathering();

  constructor(private readonly take: Take) {}

  push(item: WalkItem): void {
    if (item.kind !== 'step') {
      this.flush();
      this.take(item);
      return;
    }
    if (this.region !== undefined && !continues(this.region, item)) this.flush();
    this.region ??= open(item);
    this.add(this.region, item);
    if (item.flow.kind === 'call' || item.flow.kind === 'return' || item.flow.kind === 'exception')
      this.flush();
  }

  /** Gives on what has been gathered. */
  flush(): void {
    const { region, gathered } = this;
    if (region === undefined) return;
    [this.region, this.gathered] = [undefined, new Gathering()];
    this.take({ ...region, explanations: [...region.explanations], summary: gathered.summary });
  }

  private add(region: Open, step: Step): void {
    this.gathered.add(step);
    region.instructions++;
    region.end = step.virtual + WORD;
    if (region.end > region.highest) region.highest = region.end;
    region.flow = step.flow;
    region.target = step.target;
    if (step.written !== undefined) region.written.push(step.written);
    if (step.read !== undefined) region.read.push(step.read);
    if (step.explanation !== undefined) region.explanations.add(`${step.text}: ${step.explanation}`);
    region.events.push(...step.events);
    region.maps.push(...step.maps);
  }
}

function open(step: Step): Open {
  const { virtual, flow, target } = step;
  return {
    kind: 'region',
    ...beginningOf(step),
    ...{ flow, target, end: virtual, highest: virtual, instructions: 0 },
    ...{ written: [], read: [], explanations: new Set(), events: [], maps: [] },
  };
}

function continues(region: Open, step: Step): boolean {
  const notes = region.written.length + region.read.length + region.explanations.size + region.events.length;
  return (
    region.core === step.core &&
    region.level === step.level &&
    region.depth === step.depth &&
    region.place?.name === step.place?.name &&
    step.interrupts.length === 0 &&
    region.maps.length === 0 &&
    notes < MOST_NOTES
  );
}
