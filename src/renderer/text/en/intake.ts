/** English: adding files: the empty window, drops, and the folder picker of browser mode. */
export const intake = {
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
    allKnown_one: 'This file is on the list already',
    allKnown_other: 'All {{count, number}} files are on the list already',
    nothingNew: 'Nothing new in {{folder}}: its files are on the list already, or it holds none',
    nothingNewAtAll: 'Nothing new: what you added is on the list already, or holds no files',
    pathless_one: '{{count, number}} of the dropped things is no file of this computer and was left out.',
    pathless_other:
      '{{count, number}} of the dropped things are no files of this computer and were left out.',
    emptyFolder: 'There are no files in {{folder}}',
    emptyFolders: 'There are no files in these folders',
    /** The name of a batch that was dropped as single files. */
    batchName_one: '{{count, number}} file',
    batchName_other: '{{count, number}} files',
  },

  handOver: {
    reading_one: 'Reading folders: {{count, number}} file found so far. Keep this page open',
    reading_other: 'Reading folders: {{count, number}} files found so far. Keep this page open',
    copying: 'Copying {{done, number}} of {{total, number}} into PhotoFerry – keep this page open',
    progressLabel: 'Copying into PhotoFerry',
    failed_one: '{{count, number}} file could not be copied into PhotoFerry',
    failed_other: '{{count, number}} files could not be copied into PhotoFerry',
    failedLead: 'The others are in the queue. The originals are untouched.',
    andMore: 'and {{more, number}} more',
    tryAgain: 'Try again',
    unreadable: 'The browser cannot read it any more. Check that it is still there, then drop it again.',
    folderUnreadable: 'This folder could not be read completely.',
    network: 'PhotoFerry could not be reached while this file was copied.',
    refused: 'PhotoFerry refused it (HTTP {{httpStatus}}).',
  },

  picker: {
    filesTitle: 'Add files',
    folderTitle: 'Add a folder',
    hint: 'These are the folders of the computer that runs PhotoFerry.',
    path: 'Folder',
    breadcrumb: 'Path',
    list: 'Folder contents',
    up: 'Parent folder',
    empty: 'This folder is empty',
    chooseFolder: 'Choose this folder',
    addNone: 'Add files',
    add_one: 'Add {{count, number}} file',
    add_other: 'Add {{count, number}} files',
    cancel: 'Cancel',
  },
} as const
