package cloud

func mdInline(text string) string { return text }

func markdownEnumTail([]string) string { return "" }
