package handlers

import "parley/templates"

// The fields that more than one page asks for, with the bounds that the server keeps to.

func codeField(f templates.Frame) templates.Field {
	return templates.Field{Name: "code", Label: f.T("field.code"), Required: true, Capitalize: true, Max: 32, Autocomplete: "one-time-code"}
}

func currentPasswordField(f templates.Frame) templates.Field {
	return templates.Field{Name: "current_password", Type: "password", Label: f.T("field.current_password"), Required: true, Autocomplete: "current-password"}
}

func newPasswordField(f templates.Frame) templates.Field {
	return templates.Field{
		Name: "new_password", Type: "password", Label: f.T("field.new_password"), Hint: f.T("field.passwordHint"), Required: true, Min: 8,
		Autocomplete: "new-password",
	}
}

func displayNameField(f templates.Frame) templates.Field {
	return templates.Field{Name: "display_name", Label: f.T("field.display_name"), Hint: f.T("field.display_nameHint"), Max: 64, Autocomplete: "name"}
}
