/** 简体中文: the list of keyboard shortcuts. */
import type { shortcuts as english } from '../en/shortcuts.ts'
import type { Translated } from '../translated.ts'

export const shortcuts: Translated<typeof english> = {
  shortcuts: {
    title: '键盘快捷键',
    groups: { list: '文件列表', files: '所选文件', batches: '批次', window: '任意位置' },
    does: {
      move: '上一个或下一个文件',
      openSet: '显示或隐藏一组文件',
      page: '向上或向下翻页',
      ends: '第一个或最后一个文件',
      stretch: '向上或向下扩展选择',
      toggleSelected: '选择或取消选择',
      selectAll: '选择所有显示的文件',
      selectNone: '取消选择',
      menu: '打开菜单',
      showDetails: '显示详情',
      toggleDetails: '显示或隐藏详情',
      toggleLayout: '切换列表和网格',
      pause: '暂停',
      resume: '继续',
      retry: '重试',
      moveToTop: '移到最前',
      open: '打开已存储的文件',
      copyLink: '复制链接',
      showInFolder: '在文件夹中显示',
      removeFinished: '移出列表',
      cancel: '取消',
      moveBatch: '在队列中上移或下移',
      search: '按名称搜索',
      nextPart: '窗口的下一个或上一个区域',
      close: '关闭对话框或菜单',
      shortcuts: '显示此列表',
    },
  },
}
