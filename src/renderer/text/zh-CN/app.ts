/** 简体中文: the frame of the window, its header, its messages and the pages that stand in for it. */
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
    preset: '照片上传方式：{{name}}',
    presetLead: '之后添加的照片上传为',
    history: '历史记录',
    settings: '设置',
    theme: { auto: '主题：跟随系统', light: '主题：浅色', dark: '主题：深色' },
  },

  offline: {
    title: 'PhotoFerry 未在运行，正在重新连接',
    lead: '上传队列完好地保存在运行 PhotoFerry 的电脑上。在那台电脑上重新启动它，本页面会自动恢复。',
    nextTry: '{{seconds, number}} 秒后重试',
    trying: '正在尝试…',
    tryNow: '立即尝试',
    connecting: '正在连接 PhotoFerry…',
    command: 'PhotoFerry 未在运行，未做任何更改。请等它恢复后再试。',
  },

  token: {
    missingTitle: '请打开 PhotoFerry 给出的地址',
    missingLead: '本页面需要该地址末尾的密钥。请查看运行 PhotoFerry 的终端，其中有一行类似这样的地址：',
    refusedTitle: '此密钥已失效',
    refusedLead: 'PhotoFerry 正在运行，但不接受本页面的密钥。请打开它最近一次启动时给出的地址，例如：',
    example: 'http://127.0.0.1:4711/#token=…',
  },

  alerts: {
    region: '消息',
    toasts: '操作结果',
    dismiss: '知道了',
    unexpected: '出现意外问题：{{message}}',
  },

  announce: {
    batchDone_other: '“{{name}}”已完成：已存储 {{count, number}} 个文件',
    batchEnded: '“{{name}}”已结束，{{failed, number}} 个文件失败',
    newFailures_other: '{{count, number}} 个文件失败',
  },
}
