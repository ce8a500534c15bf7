/** What the system calls a write for which there is no room: a full disk, or the person's quota on it. */
const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** @param errno the system's name of an error, such as `ENOSPC` */
export function meansFull(errno: unknown): boolean {
  return fullCodes.has(errno)
}
