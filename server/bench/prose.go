package bench

import (
	"math/rand/v2"
	"strings"
)

// prose makes texts that a search index and a renderer meet in life: a few words stand everywhere and most are rare
// (Zipf's law), one text in five is Chinese, and one in twenty has markup. It is not safe for concurrent use.
type prose struct {
	rnd     *rand.Rand
	english *rand.Zipf
	chinese *rand.Zipf
	names   []string // of people who can be mentioned
}

func newProse(seed uint64, names []string) *prose {
	rnd := rand.New(rand.NewPCG(seed, 0x5eed))
	return &prose{
		rnd: rnd, names: names,
		english: rand.NewZipf(rnd, 1.2, 2.7, rareWords-1),
		chinese: rand.NewZipf(rnd, 1.1, 2, uint64(len(chineseWords)-1)),
	}
}

// rareWords is the size of the English vocabulary: the common words below, then made-up ones.
const rareWords = 50_000

var commonWords = strings.Fields(`the to and of a in is it that for on you with this be are have not at we can but
	will from or as do if just so what all when there out about one would up like your time no get they more how now
	was some think know who other new see make which also need them good work first here been where right way then
	could any over use really want only look going after because into well too very people same today thanks maybe
	should tomorrow meeting release server build test deploy review branch customer invoice ticket draft design page
	button colour report numbers budget plan travel lunch coffee office keys train weather garden holiday school music`)

var chineseWords = strings.Fields(`我们 今天 下午 可以 开会 项目 问题 已经 完成 这个 那个 时间 明天 一起 吃饭 天气 很好 服务器 测试 发布
	版本 需要 修改 设计 页面 按钮 颜色 客户 报告 数据 预算 计划 旅行 咖啡 办公室 钥匙 火车 花园 假期 学校 音乐 谢谢 没有 什么 怎么
	因为 所以 但是 如果 大家 看看 觉得 应该 比较 重要 简单 困难 消息 房间 搜索 历史 部署 合并 分支 文档 安全 密码 登录 退出 北京 上海`)

// text returns one message of 3 to 40 words.
func (p *prose) text() string {
	var b strings.Builder
	length := 3 + int(p.rnd.ExpFloat64()*9)
	if length > 40 {
		length = 40
	}
	kind := p.rnd.IntN(100)
	switch {
	case kind < 20:
		p.writeChinese(&b, length)
		return b.String()
	case kind < 23 && len(p.names) > 0:
		b.WriteString("@" + p.names[p.rnd.IntN(len(p.names))] + " ")
	case kind < 25:
		b.WriteString("**" + commonWords[p.rnd.IntN(len(commonWords))] + "** ")
	}
	p.writeEnglish(&b, length)
	return b.String()
}

func (p *prose) writeEnglish(b *strings.Builder, words int) {
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(englishWord(p.english.Uint64()))
	}
	b.WriteByte('.')
}

func (p *prose) writeChinese(b *strings.Builder, words int) {
	for i := range words {
		if i > 0 && i%6 == 0 {
			b.WriteString("，")
		}
		b.WriteString(chineseWords[p.chinese.Uint64()])
	}
	b.WriteString("。")
}

// englishWord returns the word of a rank: a real one for the first, then one made of syllables, always the same.
func englishWord(rank uint64) string {
	if rank < uint64(len(commonWords)) {
		return commonWords[rank]
	}
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	word := make([]byte, 0, 10)
	for n := rank; n > 0 || len(word) < 4; n /= 70 {
		word = append(word, consonants[n%14], vowels[n/14%5])
	}
	return string(word)
}
