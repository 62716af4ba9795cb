package templates

// Admin is what every page of the administration has: its reader and which section it is.
type Admin struct {
	Frame
	Section string
	Saved   bool
	Error   string
}

// Figure is one number with what it counts.
type Figure struct{ Label, Value string }

// AdminOverview is the value of the administration's first page.
type AdminOverview struct {
	Admin
	Server, Storage, Counts []Figure
	Healthy                 bool
	SignUp, RoomMakers      []Choice
	SignUpSaid              bool // the operator said it; there is nothing to choose
}

// AdminPerson is one account among many. Hue is the class of the avatar.
type AdminPerson struct {
	ID, Username, Name, Email, Role, Initials string
	Hue                                       int
	Disabled                                  bool
}

// AdminPeople is the list of accounts.
type AdminPeople struct {
	Admin
	Q, Next string
	People  []AdminPerson
}

// AdminAccount is the page of one account. Link is a reset link, shown once.
type AdminAccount struct {
	Admin
	Person   AdminPerson
	Created  string
	Myself   bool
	Bot      bool
	Roles    []Choice // none: the role is not for the reader to change
	Sessions []SettingsSession
	Hidden   bool // the reader may not act upon the account
	Link     string
}

// AdminRoom is one open room.
type AdminRoom struct {
	ID, Name, Topic, Members, Messages, Last string
	Archived                                 bool
}

// AdminRooms is the list of rooms.
type AdminRooms struct {
	Admin
	Rooms  []AdminRoom
	Others string // how many private and direct rooms there are
}

// AuditLine is one line of the audit log, in words.
type AuditLine struct{ At, Actor, Action, Target, Detail, IP string }

// AdminAudit is the audit log. CSV and Next are addresses that keep the filter.
type AdminAudit struct {
	Admin
	Actor, Since, Till, Next, CSV string
	Actions                       []Choice
	Lines                         []AuditLine
	Sound, Broken                 string // the outcome of verifying, one of them or none
}
