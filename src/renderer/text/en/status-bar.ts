/** English: the bar at the bottom: totals, speed, time left, why nothing moves, the server. */
export const statusBar = {
  statusBar: {
    label: 'Overall progress',
    files_one: '{{stored, number}} of {{count, number}} file stored',
    files_other: '{{stored, number}} of {{count, number}} files stored',
    bytes: '{{acknowledged}} of {{total}}',
    checking: 'Checking that nothing has changed…',
    allDone: 'All files are stored and verified',
    saved: '{{amount}} saved by conversion',
    progressText:
      '{{percent}}: {{verified}} verified, {{acknowledged}} received by the server, {{inFlight}} on the way',
    plot: 'Upload speed over the last few minutes',
    lastKnown: 'Last update before the connection dropped',
    server: {
      starting: 'Starting the server on this computer…',
      bundled: 'Server on this computer',
      checking: 'Checking the server…',
      reachable: 'Connected to {{host}}',
      unavailable: '{{host}} unavailable (since {{since}})',
    },
    trouble: {
      reason: '{{host}}: {{reason}}',
      nextTry: 'Since {{since}}; next try in {{seconds, number}} s',
      trying: 'Since {{since}}; trying now',
      question: 'Show question',
    },
  },

  perSecond: '{{amount}}/s',

  timeLeft: {
    seconds: 'a few seconds left',
    aboutSeconds: 'about {{seconds, number}} s left',
    aboutMinutes: 'about {{minutes, number}} min left',
    aboutHours: 'about {{hours, number}} h left',
    aboutHoursAndMinutes: 'about {{hours, number}} h {{minutes, number}} min left',
    moreThanADay: 'more than a day left',
    secondsRange: '{{low, number}}–{{high, number}} s left',
    minutesRange: '{{low, number}}–{{high, number}} min left',
    hoursRange: '{{low, number}}–{{high, number}} h left',
  },

  stall: {
    paused_one: '{{count, number}} file paused',
    paused_other: '{{count, number}} files paused',
    timetable: 'Paused by your schedule',
    timetableUntil: 'Paused by your schedule until {{time}}',
    serverAway: 'Waiting for the server',
    serverFull: 'Waiting for space on the server',
    driveAway: 'Waiting for {{name}}',
    driveAwayFiles_one: 'Waiting for {{name}} ({{count, number}} file)',
    driveAwayFiles_other: 'Waiting for {{name}} ({{count, number}} files)',
    verifying_one: 'The server is verifying {{count, number}} file',
    verifying_other: 'The server is verifying {{count, number}} files',
    noAnswer: 'No response for {{seconds, number}} s – slow connection or server',
    beingWritten_one: '{{count, number}} file is still being written',
    beingWritten_other: '{{count, number}} files are still being written',
    retrying_one: 'Retrying {{count, number}} file at {{time}}',
    retrying_other: 'Retrying {{count, number}} files, first at {{time}}',
  },
} as const
