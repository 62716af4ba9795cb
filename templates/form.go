package templates

import "html/template"

// Form is what a person filled in and what was wrong with it.
type Form struct {
	Error  string            // of the form as a whole
	Errors map[string]string // by field
	Values map[string]string // by field; never a password
	Next   string            // where to go after success, a path of this site
}

// Field is one labelled input with its hint and error.
type Field struct {
	Name, Label, Type, Value, Hint, Error, Autocomplete string
	Required, Focus                                     bool
	Capitalize                                          bool // true: a name for machines, to be left as typed
	Min, Max                                            int  // characters; 0: no bound
}

// Field fills in what the form knows of a field.
func (f Form) Field(d Field) Field {
	d.Value = f.Values[d.Name]
	d.Error = f.Errors[d.Name]
	if d.Type == "" {
		d.Type = "text"
	}
	return d
}

// Entry is the value of every page that is one form: sign-in, sign-up, first account, invite.
type Entry struct {
	Frame
	Form   Form
	Action string
	Fields []Field
	Open   bool   // accounts may be made by anybody
	Invite string // the code the page was opened with
	Intro  string
}

// Room is the value of the room page.
type Room struct {
	Frame
	Name    string      // of the room, "" where there is none
	Boot    template.JS // JSON with <, > and & escaped
	View    string      // home: a phone shows the list of rooms first
	Strings string      // the address of what scripts say
}

// Notice is the value of a page that says one thing: an error, or that the server is out of reach.
type Notice struct {
	Frame
	Heading, Text, Link, LinkText string
}

// SettingsSession is one sign-in on the settings page.
type SettingsSession struct {
	ID, Device, IP string
	Seen           string // RFC 3339, as every time here; scripts show it in the reader's zone
	Current        bool
}

// SettingsToken is one access token on the settings page.
type SettingsToken struct {
	ID, Name, Scopes, Created string
	Used, Expires             string // "": never
}

// Choice is one option of a select.
type Choice struct {
	Value, Label string
	Chosen       bool
}

// Hue is one colour that an avatar can have; Class is its number in the stylesheet.
type Hue struct {
	Choice
	Class int
}

// Settings is the value of the settings page. Saved names the section that was just saved.
type Settings struct {
	Frame
	Saved, Failed            string // a section
	Form                     Form   // of the failed section
	Username                 string
	Governs                  bool // the reader administers the server
	Profile, Password, Token []Field
	Themes, Languages        []Choice
	Densities                []Choice
	Initials                 string
	Hues                     []Hue
	Sessions                 []SettingsSession
	Tokens                   []SettingsToken
	NewToken                 string // shown once
	Scopes, Lives            []Choice
	Others                   bool // signed in elsewhere too
	Factor                   bool // a second factor is on
}

// Chip is a filter of a search: one that is On is taken off by its address, another put on.
type Chip struct {
	Label, URL string
	On         bool
}

// SearchResult is one hit. Snippet is escaped text with <mark> around what was found; At is RFC 3339.
type SearchResult struct {
	URL, Room, Sender, At string
	Snippet               template.HTML
}

// Search is the value of the search page.
type Search struct {
	Frame
	Q, Error string
	Searched bool // there was something to search for
	Chips    []Chip
	Results  []SearchResult
	Hints    []string // why a part of the search may not find what was meant
	Next     string   // the address of what is older, "" at the end
}

// Styleguide is the value of the page that shows every component.
type Styleguide struct {
	Frame
	Specimens []Specimen
}

// Specimen is every component in one theme; a page shows each of them once.
type Specimen struct {
	Frame
	Hues []int
}

// Connection is the value of the connection page.
type Connection struct {
	Frame
	Boot template.JS
}

// outcome is what one section of the settings says after its form was sent.
type outcome struct {
	Saved, Failed bool
	Text, Error   string
}

func saved(s Settings, section string) outcome {
	return outcome{Saved: s.Saved == section, Failed: s.Failed == section, Text: s.T("settings.saved"), Error: s.Form.Error}
}
