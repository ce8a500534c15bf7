/** A volume: a drive, card or network share that is in its place now, apart from those that this computer runs on. */
export interface Volume {
  /** As a person knows it: its label, or the last part of its mount point. */
  readonly name: string
  /** Absolute path of its top folder. */
  readonly mountPoint: string
  /** The same wherever and whenever it is connected; null where the system has no such thing for it. */
  readonly id: string | null
  /** Path of its device, Linux only; left out where it has none. */
  readonly device?: string
  /** On the network: an answer may take long. */
  readonly remote: boolean
}

/** The volumes of this computer. Those that hold the system, the home folder and PhotoFerry's own state are left out. */
export interface Volumes {
  /** The volume that a path lies on, read anew; null: on one that is left out. @param path absolute */
  at(path: string): Promise<Volume | null>
  list(): Promise<readonly Volume[]>
}

/** Whether two ids name the same volume; nobody knows where one of them is unknown. */
export type Likeness = 'same' | 'other' | 'unsure'

export function likeness(one: Volume['id'], another: Volume['id']): Likeness {
  if (one === null || another === null) return 'unsure'
  return one === another ? 'same' : 'other'
}
