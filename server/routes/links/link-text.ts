/** The words of the page that a link opens, in the visitor's language. */

const english = {
  lang: 'en',
  folders: 'Folders',
  download: 'Download',
  downloadAll: 'Download all (ZIP)',
  files: (count: number) => (count === 1 ? '1 file' : `${count} files`),
  more: 'More files',
  up: 'Back to the folder above',
  until: (date: string) => `This link works until ${date} (UTC).`,
  gone: 'This link doesn’t open anything',
  goneLead:
    'It has expired or was withdrawn, or its address is incomplete. Ask whoever sent it for a new one.',
}
type LinkText = typeof english

const chinese: LinkText = {
  lang: 'zh-CN',
  folders: '文件夹',
  download: '下载',
  downloadAll: '全部下载（ZIP）',
  files: (count) => `${count} 个文件`,
  more: '更多文件',
  up: '返回上一级文件夹',
  until: (date) => `此链接有效期至 ${date}（UTC）。`,
  gone: '此链接无法打开任何内容',
  goneLead: '链接已过期、已被撤回，或地址不完整。请向发送者索取新的链接。',
}

/** @param acceptLanguage the header, as it came */
export function linkText(acceptLanguage: string): LinkText {
  return /^\s*zh/i.test(acceptLanguage) ? chinese : english
}
