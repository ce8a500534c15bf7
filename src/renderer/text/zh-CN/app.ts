/** 简体中文: the header, and the page that is shown instead of the window when the browser has no valid key. */
import type { app as english } from '../en/app.ts'
import type { Translated } from '../translated.ts'

export const app: Translated<typeof english> = {
  app: { name: 'PhotoFerry', closeDialog: '关闭' },

  header: {
    addFiles: '添加文件',
    addFolder: '添加文件夹',
    pauseAll: '全部暂停',
    resumeAll: '全部继续',
    retryAllFailed: '重试全部失败项',
    preset: '之后添加的照片上传为：{{name}}',
    presetChip: '照片上传为',
    presetConverts: '新照片会先转换，原文件不上传',
    presetLead: '之后添加的照片上传为',
    history: '历史记录',
    settings: '设置',
    theme: { auto: '主题：跟随系统', light: '主题：浅色', dark: '主题：深色' },
  },

  token: {
    missingTitle: '请打开 PhotoFerry 给出的地址',
    missingLead: '本页面需要该地址末尾的密钥。请在运行 PhotoFerry 的终端中查找类似这样的一行：',
    refusedTitle: '此密钥无效',
    refusedLead:
      '密钥不完整、已使用过，或来自之前的启动：PhotoFerry 每次启动都会生成新的密钥。请打开它最近给出的地址，例如：',
    example: 'http://127.0.0.1:4711/#token=…',
  },
}
