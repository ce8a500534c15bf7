/** Every English word the window shows, but for dialogs (en-dialogs.ts) and advice on errors (en-advice.ts); no DOM, no React. */
import type { UploadStatus } from '../../shared/upload.ts'
import { advice } from './en-advice.ts'
import { files, numbers, ordinal } from './en-counts.ts'
import { dialogs } from './en-dialogs.ts'
import { kept } from './en-kept.ts'

const status: Readonly<Record<UploadStatus, string>> = {
  queued: 'Queued',
  preparing: 'Preparing',
  hashing: 'Reading',
  uploading: 'Uploading',
  verifying: 'Verifying',
  paused: 'Paused',
  waiting: 'Waiting',
  done: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
}

export const en = {
  /** BCP 47; numbers and dates are formatted for the language of the words around them. */
  locale: 'en-GB',
  appName: 'PhotoFerry',
  closeDialog: 'Close',
  advice,
  status,
  files,
  units: { bytes: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], perSecond: (amount: string) => `${amount}/s` },

  timeLeft: {
    seconds: 'a few seconds left',
    aboutSeconds: (seconds: number) => `about ${seconds} s left`,
    aboutMinutes: (minutes: number) => `about ${minutes} min left`,
    aboutHours: (hours: number, minutes: number) =>
      minutes === 0 ? `about ${hours} h left` : `about ${hours} h ${minutes} min left`,
    moreThanADay: 'more than a day left',
  },

  header: {
    addFiles: 'Add files',
    addFolder: 'Add folder',
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    retryAllFailed: 'Retry all failed',
    settings: 'Settings',
    theme: { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
  },

  empty: {
    title: 'Drop photos or folders here',
    lead: 'Every file arrives once, whole and verified, in the same folder structure. You can close the lid at any time: the queue goes on where it stopped.',
    chooseFiles: 'Choose files…',
    chooseFolder: 'Choose a folder…',
    overlay: 'Drop to add to the queue',
    nothingDropped: 'What you dropped holds no files. Drop photos or folders from your file manager.',
    filtered: 'No files here',
    filteredLead: 'Nothing in this list has that status at the moment.',
    loading: 'Loading the queue…',
  },

  intake: {
    allKnown: (count: number) =>
      count === 1 ? 'This file is on the list already' : `All ${files(count)} are on the list already`,
    nothingNew: (folder: string) =>
      `Nothing new in ${folder}: its files are on the list already, or it holds none`,
    nothingNewAtAll: 'Nothing new: what you added is on the list already, or holds no files',
    emptyFolder: (folder: string) => `There are no files in ${folder}`,
    emptyFolders: 'There are no files in these folders',
  },

  handOver: {
    reading: (found: number) => `Reading folders: ${files(found)} found so far. Keep this page open`,
    copying: (done: number, total: number) =>
      `Copying ${numbers.format(done)} of ${numbers.format(total)} into PhotoFerry – keep this page open`,
    progressLabel: 'Copying into PhotoFerry',
    failed: (count: number) => `${files(count)} could not be copied into PhotoFerry`,
    failedLead: 'The others are in the queue. The originals are untouched.',
    andMore: (count: number) => `and ${numbers.format(count)} more`,
    tryAgain: 'Try again',
    unreadable: 'The browser cannot read it any more. Check that it is still there, then drop it again.',
    folderUnreadable: 'This folder could not be read completely.',
    network: 'PhotoFerry could not be reached while this file was copied.',
    refused: (httpStatus: number) => `PhotoFerry refused it (HTTP ${httpStatus}).`,
  },

  batches: {
    title: 'Batches',
    all: 'All files',
    counts: (done: number, total: number) => `${numbers.format(done)} of ${numbers.format(total)}`,
    failed: (count: number) => `${numbers.format(count)} failed`,
    showFailed: 'Show the files that failed',
    scanning: 'more files are coming…',
    pause: 'Pause batch',
    resume: 'Resume batch',
    cancel: 'Cancel batch',
    actions: 'Batch actions',
  },

  list: {
    grid: 'Files',
    columns: { name: 'Name', size: 'Size', progress: 'Progress', speed: 'Speed', actions: 'Actions' },
    show: 'Show files by status',
    filters: { all: 'All', unfinished: 'Under way', failed: 'Failed', done: 'Done' },
    removeFinished: 'Clear finished',
    removeFinishedHint: 'Takes done and canceled files off this list. Originals and stored copies stay.',
    removed: (count: number) => `${files(count)} taken off the list`,
    topFolder: 'Top folder',
    progressLabel: (name: string) => `Progress of ${name}`,
    pause: 'Pause',
    resume: 'Resume',
    retry: 'Retry',
    cancel: 'Cancel',
    open: 'Open',
    download: 'Download',
    showInFolder: 'Show in folder',
  },

  row: {
    label: (name: string, statusWord: string, percent: string) => `${name}, ${statusWord}, ${percent}`,
    readingPercent: (percent: string) => `Reading ${percent}`,
    converted: (before: string, after: string) => `${before} → ${after}`,
    kept,
    waitingForServer: 'Waiting for the server',
    waitingForRoom: 'Waiting for room on the server',
    retryingAt: (time: string, nth: number, most: number) =>
      `Retrying at ${time} (${ordinal(nth)} of ${numbers.format(most)})`,
    retryingSoon: (nth: number, most: number) => `Retrying now (${ordinal(nth)} of ${numbers.format(most)})`,
  },

  statusBar: {
    label: 'Overall progress',
    files: (done: number, total: number) => `${numbers.format(done)} of ${files(total)}`,
    bytes: (acknowledged: string, total: string) => `${acknowledged} of ${total}`,
    allDone: 'All files are stored and verified',
    lastKnown: 'As last seen, before the connection was lost',
    server: {
      starting: 'Starting the server on this computer…',
      bundled: 'Server on this computer',
      checking: 'Checking the server…',
      reachable: (host: string) => `Connected to ${host}`,
      unreachable: (host: string, since: string) => `${host} cannot be reached since ${since}`,
    },
  },

  offline: {
    title: 'PhotoFerry is not running; reconnecting',
    lead: 'Your queue is safe on the computer that runs PhotoFerry. Start it there again and this page goes on by itself.',
    nextTry: (seconds: number) => `Next try in ${seconds} s`,
    trying: 'Trying now…',
    tryNow: 'Try now',
    connecting: 'Connecting to PhotoFerry…',
    command: 'PhotoFerry is not running, so nothing was changed. Try again once it is back.',
  },

  token: {
    missingTitle: 'Open the address that PhotoFerry printed',
    missingLead:
      'This page needs the key at the end of that address. Look at the terminal where PhotoFerry runs: it printed one line such as',
    refusedTitle: 'This key is not valid any more',
    refusedLead:
      'PhotoFerry runs, but does not accept the key this page holds. Open the address that it printed at its last start, such as',
    example: 'http://127.0.0.1:4711/#token=…',
  },

  picker: dialogs.picker,
  settings: dialogs.settings,

  alerts: {
    region: 'Messages',
    dismiss: 'Dismiss',
    unexpected: (message: string) => `Something unexpected went wrong: ${message}`,
  },

  announce: {
    batchDone: (name: string, count: number) => `${name} is finished: ${files(count)} stored`,
    batchEnded: (name: string, failed: number) => `${name} has ended with ${numbers.format(failed)} failed`,
    newFailures: (count: number) => `${files(count)} failed`,
  },
} as const
