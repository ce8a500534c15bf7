/** 简体中文: the rail of batches and the menu of a batch. */
import type { batches as english } from '../en/batches.ts'
import type { Translated } from '../translated.ts'

export const batches: Translated<typeof english> = {
  batches: {
    title: '批次',
    all: '全部文件',
    groups: { progress: '进行中', attention: '需要处理', finished: '已完成' },
    finished: '已完成（{{amount, number}}）',
    more: '再显示 {{amount, number}} 个',
    search: '搜索批次',
    noMatch: '没有符合的批次',
    paused: '已暂停',
    serverAway: '正在等待 {{server}}',
    failed: '{{failed, number}} 个失败',
    showFailed: '显示失败的文件',
    scanning: '仍在添加文件…',
    checking: '正在检查变化…',
    pause: '暂停此批次',
    resume: '继续此批次',
    cancel: '取消此批次',
    moveToTop: '移到队列最前',
    moveUp: '上移',
    moveDown: '下移',
    remove: '移出列表',
    clearFinished: '清除已结束的文件',
    actions: '批次操作',
    moved: '“{{name}}”已移到第 {{position, number}} 位',
    preset: '照片上传为',
    presetSet_other: '已对 {{count, number}} 个文件应用此预设',
    presetKept_other: '这 {{count, number}} 个文件已开始处理，无法更改预设',
    server: '上传到',
    grip: '拖动以调整顺序',
  },
}
