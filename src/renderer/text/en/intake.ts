/** English: adding files: the empty window, drops, and what came of them. */
export const intake = {
  empty: {
    title: 'Drop photos or folders here',
    destination: 'Photos go to',
    firstDestination: 'Right now they go to',
    lead: 'Every file is checked byte for byte and keeps its folder. You can close the laptop; uploading resumes when you open it.',
    firstLead:
      'PhotoFerry copies your photos to a server and checks every byte that arrives, so that you know when a card may be formatted.',
    steps: {
      label: 'What happens',
      drop: 'Drop a folder',
      stored: 'Wait until all is stored',
      receipt: 'Save the receipt, then format the card',
    },
    chooseFiles: 'Choose files…',
    chooseFolder: 'Choose a folder…',
    overlay: 'Drop to add to the queue',
    nothingDropped: 'What you dropped contains no files. Drop photos or folders from your file manager.',
    loading: 'Loading the queue…',
  },

  intake: {
    allKnown_one: 'This file is already in the list',
    allKnown_other: 'All {{count, number}} files are already in the list',
    nothingNew: 'Nothing new in {{folder}}: its files are already in the list, or it has none',
    nothingNewAtAll: 'Nothing new: all files are already in the list, or there are none',
    pathless_one: '{{count, number}} dropped item isn’t a file on this computer and was skipped.',
    pathless_other: '{{count, number}} dropped items aren’t files on this computer and were skipped.',
    emptyFolder: 'No files in {{folder}}',
    emptyFolders: 'No files in these folders',
    /** The name of a batch of single files. */
    previewsOf: '{{name}} · previews',
    batchName_one: '{{count, number}} file',
    batchName_other: '{{count, number}} files',
  },

  missing: {
    'page-closed_one':
      '{{count, number}} file of “{{name}}” never arrived: the page was closed while copying',
    'page-closed_other':
      '{{count, number}} files of “{{name}}” never arrived: the page was closed while copying',
    'not-sent_one': '{{count, number}} file of “{{name}}” never arrived: the page couldn’t copy it',
    'not-sent_other': '{{count, number}} files of “{{name}}” never arrived: the page couldn’t copy them',
    lead: 'They aren’t in this batch and aren’t uploaded with it. Add them again.',
    show: 'Show batch',
  },

  pageUpload: {
    reading_one: 'Reading folders: {{count, number}} file found so far. Keep this page open.',
    reading_other: 'Reading folders: {{count, number}} files found so far. Keep this page open.',
    copying: 'Copying {{done, number}} of {{total, number}} into PhotoFerry. Keep this page open.',
    progressLabel: 'Copying into PhotoFerry',
    failed_one: '{{count, number}} file couldn’t be copied into PhotoFerry',
    failed_other: '{{count, number}} files couldn’t be copied into PhotoFerry',
    failedLead: 'All other files are in the queue. Your originals are untouched.',
    andMore: 'and {{more, number}} more',
    tryAgain: 'Retry',
    unreadable: 'The browser can’t read this file any more. Check that it’s still there, then drop it again.',
    folderUnreadable: 'This folder couldn’t be read completely.',
    network: 'PhotoFerry couldn’t be reached while this file was being copied.',
    refused: 'PhotoFerry refused this file (HTTP {{httpStatus}}).',
  },
} as const
