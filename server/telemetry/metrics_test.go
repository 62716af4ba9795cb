package telemetry

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	if rec.Code != 200 {
		t.Fatalf("GET /metrics: %d", rec.Code)
	}
	return rec.Body.String()
}

func TestEveryNumberShowsUnderItsName(t *testing.T) {
	m := NewMetrics("v1")
	m.Request("/api/v1/rooms/:id", "GET", 200, 3*time.Millisecond)
	m.RateLimited("messages")
	m.MessagesSent.Inc()
	m.CommitBatch.Observe(17)
	m.WS.Open.Inc()
	m.LongPoll.SlowClose.Inc()
	m.CatchUpReset.Inc()
	m.WatchQueue(func() int { return 3 })
	got := scrape(t, m)
	for _, want := range []string{
		`parley_build_info{go="go`,
		`parley_http_requests_total{method="GET",route="/api/v1/rooms/:id",status="200"} 1`,
		`parley_http_request_seconds_count{method="GET",route="/api/v1/rooms/:id"} 1`,
		`parley_rate_limited_total{limit="messages"} 1`,
		`parley_messages_sent_total 1`,
		`parley_deliveries_total 0`,
		`parley_commit_batch_writes_sum 17`,
		`parley_commit_seconds_count 0`,
		`parley_store_queue_writes 3`,
		`parley_store_queue_full_total 0`,
		`parley_connections{transport="ws"} 1`,
		`parley_connections{transport="socketio"} 0`,
		`parley_frames_received_total{transport="sse"} 0`,
		`parley_events_delivered_total{transport="longpoll"} 0`,
		`parley_slow_closes_total{transport="longpoll"} 1`,
		`parley_catch_ups_total{from="reset"} 1`,
		"go_goroutines ",
		"process_resident_memory_bytes ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestStrangersCannotMakeTimeSeries(t *testing.T) {
	m := NewMetrics("v1")
	for _, method := range []string{"GARBAGE", "X-1", "get"} {
		m.Request("", method, 404, time.Millisecond)
	}
	got := scrape(t, m)
	if want := `parley_http_requests_total{method="other",route="none",status="404"} 3`; !strings.Contains(got, want) {
		t.Errorf("%s is missing", want)
	}
	if strings.Contains(got, "GARBAGE") {
		t.Error("an invented method has its own series")
	}
}

func TestTwoServersInOneProcessCountApart(t *testing.T) {
	a, b := NewMetrics("v1"), NewMetrics("v1")
	a.MessagesSent.Inc()
	if strings.Contains(scrape(t, b), "parley_messages_sent_total 1") {
		t.Error("the second server counts the first one's messages")
	}
}
