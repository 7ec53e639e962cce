/** `src/zircon/abi/constants.ts`: the constants of abi.json that the kernel uses, in groups. */
import type { Abi } from './abi.js';
import type { GeneratedFile } from './generated-file.js';
import { banner } from './typescript.js';

interface Group {
  name: string;
  /** What it is; the header is added. */
  comment: string;
  header: string;
  /** Which constants belong to it. What the expression captures becomes the key. */
  members: RegExp;
  /** The values are also a type of this name. */
  isType?: true;
}

const signals = [
  '(?:SIGNAL|USER_SIGNAL|EVENT|EVENTPAIR|FIFO|TASK|JOB|PROCESS|THREAD|LOG)_\\w+',
  'CHANNEL_(?:READABLE|WRITABLE|PEER_CLOSED)',
  'SOCKET_(?:PEER_|CONTROL_)?(?:READABLE|WRITABLE|CLOSED|WRITE_DISABLED|READ_DISABLED)',
  'SOCKET_(?:ACCEPT|SHARE|READ_THRESHOLD|WRITE_THRESHOLD)',
  'TIMER_SIGNALED',
  'VMO_ZERO_CHILDREN',
].join('|');

const groups: Group[] = [
  { name: 'Status', comment: 'zx_status_t', header: 'errors.h', members: /^ZX_(?:ERR_)?(\w+)$/ },
  { name: 'Right', comment: 'zx_rights_t', header: 'rights.h', members: /^ZX_RIGHT_(\w+)$/ },
  {
    name: 'Rights',
    comment: 'Rights of fresh handles, and groups of rights',
    header: 'rights.h',
    members: /^ZX_(?:RIGHTS_(\w+)|DEFAULT_(\w+)_RIGHTS)$/,
  },
  {
    name: 'ObjectType',
    comment: 'zx_obj_type_t',
    header: 'types.h',
    members: /^ZX_OBJ_TYPE_((?!LAST)\w+)$/,
    isType: true,
  },
  { name: 'Signal', comment: 'zx_signals_t', header: 'types.h', members: new RegExp(`^ZX_(${signals})$`) },
  { name: 'Clock', comment: 'zx_clock_t', header: 'types.h', members: /^ZX_CLOCK_(\w+)$/ },
  {
    name: 'Limit',
    comment: 'How much calls take at most',
    header: 'types.h',
    members: /^ZX_((?:WAIT_MANY_MAX|MAX_NAME|CPRNG|CHANNEL_MAX)_\w+)$/,
  },
  {
    name: 'ChannelRead',
    comment: 'Options of zx_channel_read',
    header: 'types.h',
    members: /^ZX_CHANNEL_READ_(MAY_DISCARD)$/,
  },
  {
    name: 'SocketOption',
    comment: 'Options of zx_socket_create, zx_socket_read, zx_socket_write and zx_socket_shutdown',
    header: 'types.h',
    members: /^ZX_SOCKET_(STREAM|DATAGRAM|HAS_\w+|CREATE_MASK|CONTROL|SHUTDOWN_\w+)$/,
  },
  {
    name: 'TimerSlack',
    comment: 'Options of zx_timer_create',
    header: 'types.h',
    members: /^ZX_TIMER_SLACK_(\w+)$/,
    isType: true,
  },
  {
    name: 'VmFlag',
    comment: 'zx_vm_option_t; ZX_VM_FLAG_* of the older calls are the same bits',
    header: 'types.h',
    members: /^ZX_VM_((?!FLAG_)\w+)$/,
  },
  {
    name: 'CachePolicy',
    comment: 'Cache policies',
    header: 'types.h',
    members: /^ZX_CACHE_POLICY_((?!MASK)\w+)$/,
    isType: true,
  },
  {
    name: 'VmoOption',
    comment: 'Options of zx_vmo_create',
    header: 'types.h',
    members: /^ZX_VMO_(NON_RESIZABLE)$/,
  },
  {
    name: 'VmoOperation',
    comment: 'Operations of zx_vmo_op_range',
    header: 'types.h',
    members: /^ZX_VMO_OP_(\w+)$/,
  },
  {
    name: 'VmoClone',
    comment: 'Options of zx_vmo_clone',
    header: 'types.h',
    members: /^ZX_VMO_CLONE_(\w+)$/,
  },
  { name: 'BtiOption', comment: 'Options of zx_bti_pin', header: 'types.h', members: /^ZX_BTI_(\w+)$/ },
  {
    name: 'InterruptOption',
    comment: 'Options of zx_interrupt_create',
    header: 'types.h',
    members: /^ZX_INTERRUPT_(VIRTUAL|REMAP_IRQ|MODE_\w+)$/,
  },
  {
    name: 'PA',
    comment: 'Handles in the message that starts a process',
    header: 'processargs.h',
    members: /^PA_(\w+)$/,
  },
  { name: 'ProcessArgs', comment: 'Its header', header: 'processargs.h', members: /^ZX_PROCARGS_(\w+)$/ },
  {
    name: 'CpuFeature',
    comment: 'What the vDSO tells of the CPU',
    header: 'features.h',
    members: /^ZX_(?:ARM64_FEATURE_)?(ISA_\w+|HAS_CPU_FEATURES)$/,
  },
  {
    name: 'InfoTopic',
    comment: 'Topics of zx_object_get_info',
    header: 'syscalls/object.h',
    members: /^ZX_INFO_((?!MAPS_TYPE|VMO_|CPU_STATS_)\w+)$/,
  },
  {
    name: 'MapsType',
    comment: 'What a record of a map is about',
    header: 'syscalls/object.h',
    members: /^ZX_INFO_MAPS_TYPE_(\w+)$/,
  },
  {
    name: 'VmoInfo',
    comment: 'How a VMO is made, and how it was come upon',
    header: 'syscalls/object.h',
    members: /^ZX_INFO_VMO_(\w+)$/,
  },
  {
    name: 'CpuInfo',
    comment: 'What a core is like',
    header: 'syscalls/object.h',
    members: /^ZX_INFO_CPU_STATS_FLAG_(\w+)$/,
  },
  {
    name: 'ObjectProperty',
    comment: 'What zx_info_handle_basic_t says of a handle',
    header: 'syscalls/object.h',
    members: /^ZX_OBJ_PROP_(\w+)$/,
  },
  {
    name: 'Property',
    comment: 'Properties of zx_object_get_property',
    header: 'syscalls/object.h',
    members: /^ZX_PROP_(\w+)$/,
  },
  {
    name: 'DebugAddress',
    comment: 'Values of a property',
    header: 'syscalls/object.h',
    members: /^ZX_PROCESS_DEBUG_ADDR_(\w+)$/,
  },
  {
    name: 'ThreadState',
    comment: 'Where a thread is in its life',
    header: 'syscalls/object.h',
    members: /^ZX_THREAD_STATE_((?!BLOCKED_)\w+)$/,
  },
  {
    name: 'BlockedState',
    comment: 'Why a thread is blocked',
    header: 'syscalls/object.h',
    members: /^ZX_THREAD_STATE_BLOCKED_(\w+)$/,
  },
  {
    name: 'ThreadAspect',
    comment: 'What zx_thread_read_state reads',
    header: 'syscalls/debug.h',
    members: /^ZX_THREAD_(?:STATE_)?(\w+_REGS|SINGLE_STEP|X86_REGISTER_\w+)$/,
  },
  {
    name: 'PacketType',
    comment: 'zx_port_packet_t; exceptions have their own: ExceptionType',
    header: 'syscalls/port.h',
    members: /^ZX_PKT_TYPE_((?!MASK)\w+)$/,
  },
  {
    name: 'WaitAsync',
    comment: 'Options of zx_object_wait_async',
    header: 'syscalls/port.h',
    members: /^ZX_WAIT_ASYNC_(\w+)$/,
  },
  {
    name: 'PortOption',
    comment: 'Options of zx_port_create',
    header: 'syscalls/port.h',
    members: /^ZX_PORT_(\w+)$/,
  },
  {
    name: 'JobPolicyOption',
    comment: 'Options and topics of zx_job_set_policy',
    header: 'syscalls/policy.h',
    members: /^ZX_JOB_POL_(\w+)$/,
  },
  {
    name: 'Policy',
    comment: 'Conditions of job policies',
    header: 'syscalls/policy.h',
    members: /^ZX_POL_((?!ACTION_)\w+)$/,
  },
  {
    name: 'PolicyAction',
    comment: 'What is done about them',
    header: 'syscalls/policy.h',
    members: /^ZX_POL_ACTION_(\w+)$/,
  },
  {
    name: 'ResourceKind',
    comment: 'Kinds of resources',
    header: 'syscalls/resource.h',
    members: /^ZX_RSRC_KIND_(\w+)$/,
  },
  {
    name: 'ResourceFlag',
    comment: 'Options of zx_resource_create',
    header: 'syscalls/resource.h',
    members: /^ZX_RSRC_FLAG_(\w+)$/,
  },
  {
    name: 'ExceptionType',
    comment: 'zx_excp_type_t',
    header: 'syscalls/exception.h',
    members: /^ZX_EXCP_((?!SYNTH)\w+)$/,
    isType: true,
  },
  {
    name: 'ExceptionPort',
    comment: 'Options of zx_task_bind_exception_port',
    header: 'syscalls/exception.h',
    members: /^ZX_EXCEPTION_PORT_((?!TYPE_)\w+)$/,
  },
  {
    name: 'PortKind',
    comment: 'Exception ports, for ZX_INFO_THREAD',
    header: 'syscalls/exception.h',
    members: /^ZX_EXCEPTION_PORT_TYPE_(\w+)$/,
    isType: true,
  },
  {
    name: 'Resume',
    comment: 'Options of zx_task_resume_from_exception',
    header: 'syscalls/exception.h',
    members: /^ZX_RESUME_(\w+)$/,
  },
  {
    name: 'LogConstant',
    comment: 'The debug log',
    header: 'syscalls/log.h',
    members: /^ZX_LOG_(RECORD_MAX|FLAG\w+)$/,
  },
  {
    name: 'ProfileInfo',
    comment: 'Kinds of profiles',
    header: 'syscalls/profile.h',
    members: /^ZX_PROFILE_INFO_(\w+)$/,
  },
  {
    name: 'Priority',
    comment: 'Priorities of threads',
    header: 'syscalls/profile.h',
    members: /^ZX_PRIORITY_(\w+)$/,
  },
  {
    name: 'PowerControl',
    comment: 'Commands of zx_system_powerctl',
    header: 'syscalls/system.h',
    members: /^ZX_SYSTEM_POWERCTL_(\w+)$/,
  },
  {
    name: 'SmcService',
    comment: 'Service numbers in the identifiers of zx_smc_call',
    header: 'syscalls/smc.h',
    members: /^ARM_SMC_SERVICE_CALL_NUM_(\w+)$/,
  },
  {
    name: 'IommuConstant',
    comment: 'zx_iommu_create',
    header: 'syscalls/iommu.h',
    members: /^ZX_IOMMU_(MAX_DESC_LEN|TYPE_\w+)$/,
  },
  {
    name: 'KtraceTag',
    comment: 'What a record of the kernel trace is',
    header: 'ktrace.h',
    members: /^TAG_(\w+)$/,
  },
  {
    name: 'KtraceGroup',
    comment: 'Groups of such records',
    header: 'ktrace.h',
    members: /^KTRACE_GRP_(\w+)$/,
  },
  {
    name: 'KtraceAction',
    comment: 'Actions of zx_ktrace_control',
    header: 'ktrace.h',
    members: /^KTRACE_ACTION_(\w+)$/,
  },
  {
    name: 'KtraceConstant',
    comment: 'Records of the kernel trace',
    header: 'ktrace.h',
    members: /^KTRACE_(VERSION|NAMEOFF|NAMESIZE)$/,
  },
  {
    name: 'LoaderMessage',
    comment: 'Ordinals of the loader service',
    header: '../../ulib/ldmsg/include/ldmsg/ldmsg.h',
    members: /^LDMSG_OP_(\w+)$/,
  },
];

const headerName = (header: string): string =>
  header.startsWith('..') ? 'ldmsg/ldmsg.h' : `zircon/${header}`;

function groupText({ name, comment, header, members, isType }: Group, abi: Abi): string {
  const entries = Object.entries(abi.constants[header] ?? {}).flatMap(([constant, value]) => {
    const found = members.exec(constant);
    return found === null ? [] : [`  ${found.slice(1).find(Boolean)}: ${value},\n`];
  });
  if (entries.length === 0) throw new Error(`no constants of <${headerName(header)}> belong to ${name}`);
  const type = isType ? `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n` : '';
  return `/** ${comment}; <${headerName(header)}>. */\nexport const ${name} = {\n${entries.join('')}} as const;\n${type}`;
}

export const constantsFile = (abi: Abi): GeneratedFile => ({
  path: 'src/zircon/abi/constants.ts',
  content: [banner('abi.json'), ...groups.map((group) => groupText(group, abi))].join('\n'),
});
