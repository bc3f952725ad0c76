package cloud

func mdInline(text string) string { return text }
