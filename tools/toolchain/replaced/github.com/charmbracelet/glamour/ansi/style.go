// Package ansi holds the styles that the engine names; none has an effect.
package ansi

// StylePrimitive is the style of a piece of text.
type StylePrimitive struct {
	BlockPrefix, BlockSuffix string
	Bold, Italic, Underline  *bool
}

// StyleBlock is the style of a paragraph.
type StyleBlock struct {
	StylePrimitive

	Indent      *uint
	IndentToken *string
}

// StyleList is the style of a list.
type StyleList struct {
	StyleBlock

	LevelIndent uint
}

// StyleConfig is the style of a text.
type StyleConfig struct {
	Document, BlockQuote, Paragraph, Heading, Code  StyleBlock
	List                                            StyleList
	Strong, Emph, Link, LinkText, Item, Enumeration StylePrimitive
}
