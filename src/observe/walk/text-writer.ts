/** A walk as text for a terminal or an editor: functions as labels, instructions below them, calls indented. */
import { assemblyLines, placeTitle, whereText, wrapped } from './assembly.js';
import {
  address,
  callLines,
  endText,
  eventPhrase,
  loopLines,
  mapRows,
  mapTitle,
  startText,
  summaryLines,
  systemReadText,
  systemWriteText,
} from './phrases.js';
import type { Call, LiveMap, Loop, Region, Start, Step, WalkItem } from './step.js';
import { indentOf, Whereabouts, type WalkWriter } from './writer.js';

export class TextWriter implements WalkWriter {
  private readonly whereabouts = new Whereabouts();

  write(item: WalkItem): string {
    return `${this.lines(item).join('\n')}\n`;
  }

  end(): string {
    return '';
  }

  private lines(item: WalkItem): string[] {
    switch (item.kind) {
      case 'start':
        return startLines(item);
      case 'end':
        return ['', `// ${endText(item)}`];
      case 'loop':
        return foldedLines(item);
      case 'call':
        return this.call(item);
      case 'region':
        return this.region(item);
      case 'step':
        return this.step(item);
    }
  }

  private step(step: Step): string[] {
    const indent = indentOf(step.depth);
    const interrupts = step.interrupts.map((event) => `${indent}// ${eventPhrase(event)}`);
    const title = this.whereabouts.moved(step)
      ? ['', `${indent}${placeTitle(step)}:  // ${whereText(step)}`]
      : [];
    const source = this.whereabouts.source(step);
    return [
      ...interrupts,
      ...title,
      ...(source === undefined ? [] : [`${indent}  // ${source}`]),
      ...assemblyLines(step, `${indent}  `),
      ...step.maps.flatMap((map) => mapLines(map, `${indent}      // `)),
    ];
  }

  private call(call: Call): string[] {
    const indent = indentOf(call.depth);
    const [first, ...others] = callLines(call);
    this.whereabouts.moved(call);
    return [
      ...call.interrupts.map((event) => `${indent}// ${eventPhrase(event)}`),
      ...wrapped(first, `${indent}// ${placeTitle(call)}: `, `${indent}//   `),
      ...others.flatMap((line) => wrapped(line, `${indent}//   `)),
      ...call.maps.flatMap((map) => mapLines(map, `${indent}//   `)),
    ];
  }

  private region(region: Region): string[] {
    const { place, instructions, virtual, end, highest, flow, target } = region;
    const indent = indentOf(region.depth);
    const note = `${indent}    // `;
    this.whereabouts.moved(region);
    const source = place?.source && ` ${place.source.file}:${place.source.line}`;
    const many = instructions === 1 ? 'one instruction' : `${instructions} instructions`;
    const goesOn = flow.kind === 'next' || flow.to === end ? '' : `, then to ${target ?? address(flow.to)}`;
    return [
      ...region.interrupts.map((event) => `${indent}// ${eventPhrase(event)}`),
      `${indent}${placeTitle(region)}:  // ${whereText(region)}${source ?? ''}`,
      `${note}${many} from ${address(virtual)} to ${address(highest - 4n)}${goesOn}`,
      ...summaryLines(region.summary, 31).flatMap((line) => wrapped(line, note)),
      ...region.read.map(systemReadText).flatMap((line) => (line === undefined ? [] : wrapped(line, note))),
      ...region.written.flatMap((write) => wrapped(systemWriteText(write), note)),
      ...region.explanations.flatMap((line) => wrapped(line, note)),
      ...region.events.flatMap((event) => wrapped(eventPhrase(event), note)),
      ...region.maps.flatMap((map) => mapLines(map, note)),
    ];
  }
}

function startLines(start: Start): string[] {
  const segments = start.segments.map(
    ({ name, address: at, size }) => `//   ${address(at)}-${address(at + size - 1)}  ${name}`,
  );
  return [
    `// ${startText(start)}`,
    ...(segments.length === 0 ? [] : ['// In memory:', ...segments]),
    ...start.maps.flatMap((map) => mapLines(map, '// ')),
  ];
}

function foldedLines(loop: Loop): string[] {
  const [first, ...others] = loopLines(loop);
  const indent = indentOf(loop.depth);
  return [
    ...wrapped(first, `${indent}  // loop: `, `${indent}  //   `),
    ...others.flatMap((line) => wrapped(line, `${indent}  //   `)),
  ];
}

function mapLines(live: LiveMap, start: string): string[] {
  if (live.isAsBefore) return [`${start}${mapTitle(live)}`];
  const { rows, more } = mapRows(live);
  return [
    `${start}${mapTitle(live)}`,
    ...(rows.length === 0 ? [`${start}  nothing is mapped`] : []),
    ...rows.flatMap(({ range, name, mapping }) => [
      `${start}  ${range}${name === undefined ? '' : ` <${name}>`}`,
      `${start}    ${mapping}`,
    ]),
    ...(more === undefined ? [] : [`${start}  ${more}`]),
  ];
}
