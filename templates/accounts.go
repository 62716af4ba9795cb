package templates

// QR is a QR code: the black modules of a square of Size by Size, and what it says to those who cannot see it.
type QR struct {
	Size  int
	Path  string
	Label string
}

// InviteRow is one invitation in the list.
type InviteRow struct {
	ID, Role, Uses, State string
	Rooms                 []string
	Expires               string // RFC 3339
	Usable                bool
}

// NewInvite is an invitation that was just made: what is shown once.
type NewInvite struct {
	URL string
	QR  QR
}

// Invites is the value of the page on which invitations are made and withdrawn.
type Invites struct {
	Frame
	Section string // of the administration
	Form    Form
	Saved   bool
	Roles   []Choice
	Lives   []Choice // hours
	Rooms   []Choice
	Uses    Field
	Invites []InviteRow
	New     *NewInvite
	Policy  []Choice // nil: the reader has no say in it
}

// SecondFactor is the value of the page on which a second factor is switched on and off.
type SecondFactor struct {
	Frame
	Form     Form
	Enabled  bool
	Saved    bool
	Left     int64 // recovery codes
	Since    string
	Password Field
	Code     Field
	Secret   string // begun: to be confirmed by a code
	QR       QR
	Codes    []string // shown once
}
