/** English: the frame of the window, its header, its messages and the pages that stand in for it. */
export const app = {
  app: { name: 'PhotoFerry', closeDialog: 'Close' },

  header: {
    addFiles: 'Add files',
    addFolder: 'Add folder',
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    retryAllFailed: 'Retry all failed',
    preset: 'How photos are sent: {{name}}',
    presetLead: 'Photos added from now on are sent as',
    history: 'History',
    settings: 'Settings',
    theme: { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
  },

  offline: {
    title: 'PhotoFerry is not running; reconnecting',
    lead: 'Your queue is safe on the computer that runs PhotoFerry. Start it there again and this page goes on by itself.',
    nextTry: 'Next try in {{seconds, number}} s',
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

  alerts: {
    region: 'Messages',
    toasts: 'Results',
    dismiss: 'Dismiss',
    unexpected: 'Something unexpected went wrong: {{message}}',
  },

  announce: {
    batchDone_one: '{{name}} is finished: {{count, number}} file stored',
    batchDone_other: '{{name}} is finished: {{count, number}} files stored',
    batchEnded: '{{name}} has ended with {{failed, number}} failed',
    newFailures_one: '{{count, number}} file failed',
    newFailures_other: '{{count, number}} files failed',
  },
} as const
