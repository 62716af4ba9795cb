package handlers

import (
	"encoding/csv"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/admin"
	"parley/server/auth"
	"parley/server/wire"
	"parley/templates"
)

const (
	linesOnPage = 100
	// linesAtOnce is how many lines of a download are read at a time.
	linesAtOnce = 1000
)

func formatTime(m models.Millis) string { return wire.Time(m) }

func (s *site) auditPage(c echo.Context, id auth.Identity) error {
	return s.showAudit(c, id, templates.AdminAudit{})
}

func (s *site) showAudit(c echo.Context, id auth.Identity, page templates.AdminAudit) error {
	page.Admin = s.adminFrame(c, "audit", "admin.audit")
	f := page.Frame
	page.Actor, page.Since, page.Till = strings.TrimSpace(c.QueryParam("actor")), c.QueryParam("since"), c.QueryParam("till")
	action := c.QueryParam("action")
	page.Actions = []templates.Choice{{Label: f.T("admin.everyAction"), Chosen: action == ""}}
	for _, a := range models.AuditActions() {
		page.Actions = append(page.Actions, templates.Choice{Value: string(a), Label: f.T("audit." + string(a)), Chosen: string(a) == action})
	}
	page.CSV = withQuery("/admin/audit.csv", "actor", page.Actor, "action", action, "since", page.Since, "till", page.Till)
	filter, err := s.auditFilter(c)
	if err != nil {
		words, status, other := s.refusedBy(c, err)
		if other != nil {
			return other
		}
		page.Error = words
		return s.show(c, status, "adminaudit", page)
	}
	lines, err := s.Admin.Audit(within(c), id.User, filter, linesOnPage+1)
	if err != nil {
		return err
	}
	if len(lines) > linesOnPage {
		lines = lines[:linesOnPage]
		page.Next = withQuery("/admin/audit", "actor", page.Actor, "action", action, "since", page.Since, "till", page.Till, "before", lines[linesOnPage-1].ID.String())
	}
	for i := range lines {
		page.Lines = append(page.Lines, auditLine(f, &lines[i]))
	}
	return s.show(c, http.StatusOK, "adminaudit", page)
}

// auditFilter reads the filter from the query. Dates are whole days, in UTC; an actor whom nobody is called finds nothing.
func (s *site) auditFilter(c echo.Context) (admin.Filter, error) {
	f := admin.Filter{}
	action := models.AuditAction(c.QueryParam("action"))
	if action != "" && !slices.Contains(models.AuditActions(), action) {
		return f, models.Invalid("action", "invalid", "There is no such action.")
	}
	f.Action = action
	if name := strings.TrimPrefix(strings.TrimSpace(c.QueryParam("actor")), "@"); name != "" {
		id, err := s.Admin.ActorNamed(within(c), name)
		if err != nil {
			return f, err
		}
		f.Actor = id
		if id == 0 {
			f.Actor = -1
		}
	}
	since, err := dayOf(c, "since")
	if err != nil {
		return f, err
	}
	till, err := dayOf(c, "till")
	if err != nil {
		return f, err
	}
	f.Since = models.ToMillis(since)
	if !till.IsZero() {
		f.Till = models.ToMillis(till.AddDate(0, 0, 1))
	}
	if before := c.QueryParam("before"); before != "" {
		if f.Before, err = models.ParseID(before); err != nil {
			return f, models.Invalid("before", "invalid", "This is not a line's number.")
		}
	}
	return f, nil
}

func dayOf(c echo.Context, name string) (time.Time, error) {
	text := c.QueryParam(name)
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, models.Invalid(name, "invalid", "A date is written as 2026-11-21.")
	}
	return day, nil
}

// auditLine puts a line into words of the reader's language.
func auditLine(f templates.Frame, l *admin.Line) templates.AuditLine {
	w := templates.AuditLine{At: formatTime(l.At), Actor: l.Actor, Action: f.T("audit." + string(l.Action)), Target: l.Target, Detail: detailOf(l), IP: l.IP}
	if !slices.Contains(models.AuditActions(), l.Action) {
		w.Action = string(l.Action) // written by another version
	}
	switch {
	case w.Actor != "":
	case l.ActorID == 0 && l.IP == "":
		w.Actor = f.T("admin.commandLine")
	default:
		w.Actor = f.T("admin.somebody")
	}
	if _, err := models.ParseID(w.Target); err == nil || w.Target == "none" || w.Target == w.Actor {
		w.Target = "" // an id says nothing to a reader; the file to download has it
	}
	return w
}

// detailOf is the detail in one line, its fields in a fixed order.
func detailOf(l *admin.Line) string {
	var parts []string
	for k, v := range l.Detail {
		parts = append(parts, k+": "+v)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// auditVerifyForm computes the chain anew and says so on the page. It changes nothing but costs a read of the whole log.
func (s *site) auditVerifyForm(c echo.Context, id auth.Identity) error {
	r, err := s.Admin.Verify(within(c), id.User)
	if err != nil {
		return err
	}
	l := s.language(c)
	if r.Fault != "" {
		return s.showAudit(c, id, templates.AdminAudit{Broken: l.T("admin.broken", "fault", r.Fault)})
	}
	return s.showAudit(c, id, templates.AdminAudit{Sound: l.T("admin.sound", "n", int(r.Lines), "head", r.Head[:16])})
}

// auditCSV writes the lines of the filter as they are read, so that a long log needs no memory.
func (s *site) auditCSV(c echo.Context, id auth.Identity) error {
	filter, err := s.auditFilter(c)
	if err != nil {
		return err
	}
	if err := s.Admin.Exported(within(c), id.User); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="audit.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	w := csv.NewWriter(c.Response())
	rows := [][]string{{"id", "time", "actor_id", "actor", "action", "target", "target_name", "detail", "address", "hash"}}
	for {
		lines, err := s.Admin.Audit(within(c), id.User, filter, linesAtOnce)
		if err != nil {
			return err // the head is out: all that is left is to break off
		}
		for i := range lines {
			rows = append(rows, csvRow(&lines[i]))
		}
		if err := w.WriteAll(rows); err != nil {
			return err
		}
		if len(lines) < linesAtOnce {
			return nil
		}
		filter.Before, rows = lines[len(lines)-1].ID, nil
	}
}

func csvRow(l *admin.Line) []string {
	row := []string{
		l.ID.String(), formatTime(l.At), l.ActorID.String(), l.Actor, string(l.Action), l.AuditEntry.Target, l.Target, l.AuditEntry.Detail, l.IP, hex.EncodeToString(l.Hash),
	}
	for i := range row {
		row[i] = csvCell(row[i])
	}
	return row
}

// csvCell keeps a spreadsheet from taking a text for a formula, which could send what stands beside it elsewhere: an
// apostrophe makes it a text (OWASP, CSV Injection).
func csvCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
