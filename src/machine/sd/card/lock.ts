/** Locking a card with a password, CMD42: SD Physical Layer Simplified Specification 2.00, 4.3.7. */
import type { SdCard } from './card.js';
import { CSD_FLAGS, CSD_PERM_WRITE_PROTECT, CSD_TMP_WRITE_PROTECT } from './registers.js';
import { CARD_IS_LOCKED, LOCK_UNLOCK_FAILED } from './status.js';

// The first byte of the block.
const ERASE = 1 << 3;
const LOCK = 1 << 2;
const CLR_PWD = 1 << 1;
const SET_PWD = 1 << 0;

const PASSWORD_LONGEST = 16;

/** Does what the block says that has come, or notes that it failed. */
export function lockUnlock(card: SdCard): void {
  const [action] = card.data;
  const isDone = action & ERASE ? forceErase(card, action) : changePassword(card, action);
  if (!isDone) card.s.status |= LOCK_UNLOCK_FAILED;
}

/**
 * A locked card whose password is forgotten: password and protection go. So should the content, which QEMU's card
 * keeps, as this one does.
 */
function forceErase({ s }: SdCard, action: number): boolean {
  const isAlone = s.blockLength <= 1 && (action & (LOCK | CLR_PWD | SET_PWD)) === 0;
  const isLocked = (s.status & CARD_IS_LOCKED) !== 0;
  if (!isLocked || !isAlone || s.csd[CSD_FLAGS] & CSD_PERM_WRITE_PROTECT) return false;
  s.protectedGroups = [];
  s.csd[CSD_FLAGS] &= ~CSD_TMP_WRITE_PROTECT;
  s.status &= ~CARD_IS_LOCKED;
  s.passwordLength = 0;
  return true;
}

/** The old password comes first, then a new one if there is one. */
function changePassword({ s, data }: SdCard, action: number): boolean {
  const [locks, clears, sets] = [LOCK, CLR_PWD, SET_PWD].map((bit) => (action & bit) !== 0);
  const given = s.blockLength > 1 ? data[1] : 0;
  const fresh = given - s.passwordLength;
  if (s.blockLength < 2 + given || fresh <= 0 || fresh > PASSWORD_LONGEST) return false;
  if (data.subarray(2, 2 + s.passwordLength).some((byte, i) => byte !== s.password[i])) return false;
  // QEMU's rule, by which what is given is always longer than the old password.
  if (!sets || clears) return false;
  const start = 2 + s.passwordLength;
  s.password.set(data.subarray(start, start + fresh));
  s.passwordLength = fresh;
  if (locks) s.status |= CARD_IS_LOCKED;
  else s.status &= ~CARD_IS_LOCKED;
  return true;
}
