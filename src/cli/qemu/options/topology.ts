/** `-smp`: how many cores, as a number or as sockets of clusters of cores of threads. */
import { QemuError } from '../error.js';
import { strictList, type Parameter } from './lists.js';
import { parseInteger } from './values.js';

const levels = ['sockets', 'dies', 'clusters', 'cores', 'threads'] as const;
const known: readonly string[] = ['cpus', 'maxcpus', ...levels];

/** What a board allows. */
export interface CoreLimits {
  /** QEMU's name of the machine, for messages. */
  readonly machine: string;
  readonly least: number;
  readonly most: number;
  /** Whether it knows of clusters. */
  readonly clusters: boolean;
}

/** The number of cores. @throws QemuError */
export function parseTopology(text: string, limits: CoreLimits): number {
  const asked = numbers(strictList(text, 'cpus'));
  const most = (name: 'dies' | 'clusters'): void => {
    if ((asked[name] ?? 0) > 1) throw new QemuError(`${name} not supported by this machine's CPU topology`);
  };
  most('dies');
  if (!limits.clusters) most('clusters');
  const { cpus, maxcpus, hierarchy } = complete(asked);
  const shown = levels
    .filter((name) => name !== 'dies' && (name !== 'clusters' || limits.clusters))
    .map((name) => `${name} (${hierarchy[name]})`)
    .join(' * ');
  const product = levels.reduce((total, name) => total * hierarchy[name], 1);
  if (product !== maxcpus)
    throw new QemuError(
      `Invalid CPU topology: product of the hierarchy must match maxcpus: ${shown} != maxcpus (${maxcpus})`,
    );
  if (maxcpus < cpus)
    throw new QemuError(
      `Invalid CPU topology: maxcpus must be equal to or greater than smp: ${shown} == maxcpus (${maxcpus}) < smp_cpus (${cpus})`,
    );
  const { machine, least, most: largest } = limits;
  if (cpus < least)
    throw new QemuError(
      `Invalid SMP CPUs ${cpus}. The min CPUs supported by machine '${machine}' is ${least}`,
    );
  if (maxcpus > largest)
    throw new QemuError(
      `Invalid SMP CPUs ${maxcpus}. The max CPUs supported by machine '${machine}' is ${largest}`,
    );
  return cpus;
}

type Numbers = Partial<Record<'cpus' | 'maxcpus' | (typeof levels)[number], number>>;

function numbers(list: readonly Parameter[]): Numbers {
  const wrong = list.find(({ name }) => !known.includes(name));
  if (wrong !== undefined) throw new QemuError(`Parameter 'smp.${wrong.name}' is unexpected`);
  return Object.fromEntries(
    list.map(({ name, value }) => [name, Number(parseInteger(`smp.${name}`, value))]),
  );
}

/** What is not said is as it must be, with as many cores to a socket as can be. 0 counts as not said. */
function complete(asked: Numbers): {
  cpus: number;
  maxcpus: number;
  hierarchy: Record<(typeof levels)[number], number>;
} {
  const total = asked.maxcpus || asked.cpus || 0;
  const hierarchy = {
    dies: asked.dies || 1,
    clusters: asked.clusters || 1,
    sockets: 0,
    cores: 0,
    threads: 0,
  };
  const rest = (...factors: number[]): number => Math.floor(total / factors.reduce((a, b) => a * b, 1));
  const { dies, clusters } = hierarchy;
  hierarchy.cores = asked.cores || 0;
  hierarchy.sockets = asked.sockets || 0;
  hierarchy.threads = asked.threads || 0;
  if (total === 0) {
    for (const name of ['sockets', 'cores', 'threads'] as const) hierarchy[name] ||= 1;
  } else if (hierarchy.cores === 0) {
    hierarchy.sockets ||= 1;
    hierarchy.threads ||= 1;
    hierarchy.cores = rest(hierarchy.sockets, dies, clusters, hierarchy.threads);
  } else if (hierarchy.sockets === 0) {
    hierarchy.threads ||= 1;
    hierarchy.sockets = rest(dies, clusters, hierarchy.cores, hierarchy.threads);
  }
  hierarchy.threads ||= rest(hierarchy.sockets, dies, clusters, hierarchy.cores);
  const product = levels.reduce((all, name) => all * hierarchy[name], 1);
  const maxcpus = total || product;
  return { cpus: asked.cpus || maxcpus, maxcpus, hierarchy };
}
