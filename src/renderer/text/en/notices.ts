/** English: messages about the window as a whole: a lost connection, the report after a restart, announcements for screen readers. */
export const notices = {
  offline: {
    title: 'Can’t reach PhotoFerry. Reconnecting…',
    lead: 'Your queue is safe on the computer that runs PhotoFerry. If it was quit there, start it and open the address that it prints.',
    restartedTitle: 'PhotoFerry was restarted',
    restartedLead:
      'Every start makes a new key. Open the address that it printed in this tab, so that files still being copied from this page continue. What you see is the last update; your queue is safe.',
    nextTry: 'Next attempt in {{seconds, number}} s',
    trying: 'Connecting…',
    tryNow: 'Try now',
    connecting: 'Connecting to PhotoFerry…',
    command: 'This page isn’t connected to PhotoFerry, so nothing was changed. Try again once it’s back.',
  },

  alerts: {
    region: 'Messages',
    toasts: 'Notifications',
    dismiss: 'Dismiss',
    unexpected: 'Something went wrong: {{message}}',
  },

  announce: {
    batchDone_one: '{{name}} finished: {{count, number}} file stored',
    batchDone_other: '{{name}} finished: {{count, number}} files stored',
    batchEnded: '{{name}} finished, but not everything is stored: {{counts}}',
    newFailures_one: '{{count, number}} file failed',
    newFailures_other: '{{count, number}} files failed',
  },

  restart: {
    region: 'After the restart',
    title: 'After restart:',
    safe: '{{amount, number}} already stored',
    goingOn: '{{amount, number}} resuming',
    /** Instead of `goingOn` while all of them are paused. */
    paused: '{{amount, number}} paused',
    changed: '{{amount, number}} changed',
    missing: '{{amount, number}} missing',
    notUploaded: '{{amount, number}} not uploaded',
    hints: {
      safe: 'Stored and verified, before the restart or since',
      goingOn: 'Not finished yet. They resume automatically, or when you resume them.',
      changed: 'The original has changed since it was added. Its current version is uploaded.',
      missing: 'The original is no longer there. Put it back or reconnect its disk, then retry.',
      notUploaded: 'Failed, empty, skipped or canceled, before the restart or since. Retry uploads them.',
    },
    checking: 'checking originals…',
    shown: 'After restart: {{group}}',
  },
} as const
