/** What of IPC and waiting belongs to a snapshot of the kernel (`persist.ts`). */
import { Futex, FutexTable, FutexWait } from '../ipc/futex.js';
import { Ipc } from '../ipc/ipc.js';
import { ByteQueue } from '../objects/byte-queue.js';
import { Channel, Message } from '../objects/channel.js';
import { Event } from '../objects/event.js';
import { EventPair } from '../objects/eventpair.js';
import { Fifo } from '../objects/fifo.js';
import { ExceptionPacket, InterruptPacket, SignalPacket, UserPacket } from '../objects/packet.js';
import { Port, PortWait } from '../objects/port.js';
import { PortObserver } from '../objects/port-observer.js';
import { Socket } from '../objects/socket.js';
import { Timer } from '../objects/timer.js';
import type { PersistentClass } from './persist.js';
import { FireTimes } from '../sched/fire-times.js';
import { BufferedChannelCall } from '../syscalls/channel.js';
import { Sleep } from '../syscalls/clock.js';
import { SignalWait, WaitItem } from '../syscalls/wait.js';

export const ipcClasses: readonly PersistentClass[] = [
  BufferedChannelCall,
  ByteQueue,
  Channel,
  Event,
  EventPair,
  ExceptionPacket,
  Fifo,
  FireTimes,
  Futex,
  FutexTable,
  FutexWait,
  InterruptPacket,
  Ipc,
  Message,
  Port,
  PortObserver,
  PortWait,
  SignalPacket,
  SignalWait,
  Sleep,
  Socket,
  Timer,
  UserPacket,
  WaitItem,
];
