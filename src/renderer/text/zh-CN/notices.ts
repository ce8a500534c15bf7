/** 简体中文: messages about the window as a whole: a lost connection, the report after a restart, announcements for screen readers. */
import type { notices as english } from '../en/notices.ts'
import type { Translated } from '../translated.ts'

export const notices: Translated<typeof english> = {
  offline: {
    title: '无法连接 PhotoFerry，正在重新连接…',
    lead: '上传队列完好地保存在运行 PhotoFerry 的电脑上。如果它已退出，请在那台电脑上重新启动，然后打开它给出的地址。',
    restartedTitle: 'PhotoFerry 已重新启动',
    restartedLead:
      '每次启动都会生成新的密钥。请在本标签页中打开它给出的新地址，尚未拷贝完的文件会继续拷贝。当前显示的是断开前的状态，上传队列完好无损。',
    nextTry: '{{seconds, number}} 秒后重试',
    trying: '正在连接…',
    tryNow: '立即重试',
    connecting: '正在连接 PhotoFerry…',
    command: '本页面未连接到 PhotoFerry，未做任何更改。请等它恢复后再试。',
  },

  alerts: {
    region: '消息',
    toasts: '通知',
    dismiss: '知道了',
    unexpected: '出现问题：{{message}}',
  },

  announce: {
    batchDone_other: '“{{name}}”已完成：已存储 {{count, number}} 个文件',
    batchEnded: '“{{name}}”已结束，但并非所有文件都已存储：{{counts}}',
    newFailures_other: '{{count, number}} 个文件失败',
  },

  restart: {
    region: '重启后',
    title: '重启后：',
    safe: '{{amount, number}} 个已存储',
    goingOn: '{{amount, number}} 个继续上传',
    paused: '{{amount, number}} 个已暂停',
    changed: '{{amount, number}} 个有改动',
    missing: '{{amount, number}} 个找不到',
    notUploaded: '{{amount, number}} 个未上传',
    hints: {
      safe: '已存储并通过校验（重启前或重启后）',
      goingOn: '尚未完成：会自动继续，或由您手动继续',
      changed: '原文件在添加后有改动，将上传当前版本',
      missing: '原文件已不在原处：请放回或重新连接磁盘，然后点击“重试”',
      notUploaded: '重启前后失败、为空、已跳过或已取消；点击“重试”可以上传',
    },
    checking: '正在检查原文件…',
    shown: '重启后：{{group}}',
  },
}
