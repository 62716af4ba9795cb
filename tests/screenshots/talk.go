package main

// talk is what the team has said, oldest first.
var talk = []line{
	{who: "farah", room: "general", text: "Good morning all. The new chairs are here and they are, against all odds, comfortable.", reactions: []string{"ben", "🎉", "dana", "🎉", "emre", "🪑"}},
	{who: "dana", room: "general", text: "Finally. I am on the train until eleven, then in the big room."},
	{who: "ben", room: "general", text: "The wifi upstairs drops every few minutes today. Type ahead, Parley sends it when it is back."},
	{who: "emre", room: "general", text: "Can confirm: this one was written in the lift."},
	{who: "ada", room: "general", text: "Two things for this week:\n\n- the release on **Thursday** ([the list](https://example.org/releases/12))\n- visitors from Oslo on Friday, lunch at 12:30"},
	{who: "chenwei", room: "general", text: "周五我可以带客人参观，需要准备中文还是英文的介绍？"},
	{who: "ada", room: "general", text: "英文就好，谢谢 @chenwei！"},
	{who: "liming", room: "general", text: "I will book the table. How many are we?", label: "lunch", reactions: []string{"ada", "👍"}},
	{who: "dana", room: "general", text: "Nine with the visitors, one vegan.", answering: "lunch"},
	{who: "ada", room: "general", text: "Ten, Farah joins us.", answering: "lunch"},
	{who: "liming", room: "general", text: "Booked for ten, by the window.", answering: "lunch"},
	{who: "farah", room: "general", text: "If anybody still has the key to the bike cellar, please bring it back to the front desk."},

	{who: "dana", room: "design", text: "First sketch of the new sign-in page: one field less, and the language can be changed before anything else."},
	{who: "farah", room: "design", text: "Much calmer. I would give the heading more air."},
	{who: "chenwei", room: "design", text: "中文标题在 320 px 宽的屏幕上会折成两行，看起来还不错。"},
	{who: "ben", room: "design", text: "Contrast of the hint text is 7 : 1 now:\n\n```css\n.hint { color: var(--text2); }\n```", reactions: []string{"dana", "👏", "ada", "👏"}},

	{who: "chenwei", room: "releases", text: "The list for 1.4 is frozen. What is not in it waits for 1.5."},
	{who: "emre", room: "releases", text: "Importer: the 40,000-row file from the archive now takes 9 seconds instead of two minutes.", reactions: []string{"ada", "🚀", "ben", "🚀", "dana", "🚀", "farah", "😍"}},
	{who: "ben", room: "releases", text: "Nice. What was it?", label: "import"},
	{who: "emre", room: "releases", text: "One query a row. It asks in batches now:\n\n```go\nfor chunk := range slices.Chunk(rows, 500) {\n\tif err := store.Insert(ctx, chunk); err != nil {\n\t\treturn fmt.Errorf(\"row %d: %w\", chunk[0].Line, err)\n\t}\n}\n```"},
	{who: "ben", room: "releases", text: "Classic. I will look for the same thing in the exporter.", answering: "import"},
	{who: "emre", room: "releases", text: "It is there too, line 212.", answering: "import"},
	{who: "dana", room: "releases", text: "Screenshots for the notes are ready, in both languages."},
	{who: "ada", room: "releases", text: "The order of things on Thursday:\n\n1. freeze at 10:00\n2. @ben takes the backup and tries to restore it\n3. @chenwei ships, @emre watches the graphs\n4. cake", label: "list", reactions: []string{"ben", "✅", "chenwei", "✅", "emre", "✅", "farah", "🍰", "dana", "🍰"}},
	{who: "farah", room: "releases", text: "I can bring the cake. Lemon or chocolate?"},
	{who: "chenwei", room: "releases", text: "两个都要 😄"},
	{who: "ben", room: "releases", text: "Restore tried on a fresh machine: 61 seconds, all 812,440 messages there."},
	{who: "liming", room: "releases", text: "Then we are early for once. I will write the notes this afternoon, @ada could you read them tonight?"},

	{who: "liming", room: "北京办公室", text: "今天三楼会议室的投影仪坏了，下午的评审改到二楼。"},
	{who: "chenwei", room: "北京办公室", text: "收到。我把日历改了。", reactions: []string{"liming", "👍"}},
	{who: "dana", room: "北京办公室", text: "大家下周见！我周二到。"},
	{who: "liming", room: "北京办公室", text: "太好了，@dana 想吃什么？火锅还是烤鸭？"},

	{who: "emre", room: "reading", text: "This week: *Harvest, Yield, and Scalable Tolerant Systems*. Four pages, and they hold up."},
	{who: "dana", room: "budget 2027", text: "Draft two is in the folder. The travel line is the one to talk about."},
	{who: "farah", room: "kitchen", text: "Whose turn is the dishwasher?"},
	{who: "emre", room: "kitchen", text: "Mine. Also: there is baklava."},

	{who: "chenwei", room: "@chenwei", text: "早！发布说明的中文版我来写。"},
	{who: "ada", room: "@chenwei", text: "谢谢，帮大忙了 🙏"},
	{who: "dana", room: "@dana", text: "Train is late, start without me."},
	{who: "ben", room: "@ben", text: "Do you have ten minutes before the freeze?"},
	{who: "ben", room: "@ben", text: "Nothing bad, I want to show you the restore."},
}
