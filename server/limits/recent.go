package limits

import "time"

// Recent is a map that forgets: a key that nobody has asked for during a whole span is gone, and never more than twice
// max keys are kept. It does so without a goroutine and without a sweep, by two generations: what is asked for moves to
// the young one, and when the span is over or the young one is full, the old one is dropped whole and the young one
// grows old. Forgetting early, under a flood of keys, is the price of a bound. It is not safe for concurrent use.
type Recent[K comparable, V any] struct {
	span       time.Duration
	max        int
	young, old map[K]V
	turned     time.Time
}

// NewRecent returns an empty map that keeps a key for at least span after its last use, while there are at most max.
func NewRecent[K comparable, V any](span time.Duration, max int) *Recent[K, V] {
	return &Recent[K, V]{span: span, max: max, young: map[K]V{}}
}

// Get returns the key's value and keeps it for another span.
func (r *Recent[K, V]) Get(now time.Time, key K) (V, bool) {
	r.turn(now)
	if v, ok := r.young[key]; ok {
		return v, true
	}
	v, ok := r.old[key]
	if ok {
		delete(r.old, key)
		r.put(now, key, v)
	}
	return v, ok
}

// Put sets the key's value and keeps it for a span.
func (r *Recent[K, V]) Put(now time.Time, key K, v V) {
	r.turn(now)
	delete(r.old, key)
	r.put(now, key, v)
}

// Delete forgets the key.
func (r *Recent[K, V]) Delete(key K) {
	delete(r.young, key)
	delete(r.old, key)
}

// Len returns how many keys are kept.
func (r *Recent[K, V]) Len() int { return len(r.young) + len(r.old) }

func (r *Recent[K, V]) put(now time.Time, key K, v V) {
	if _, there := r.young[key]; !there && len(r.young) >= r.max {
		r.age(now)
	}
	r.young[key] = v
}

// turn lets the generations age with the clock. After two spans without a call nothing is left.
func (r *Recent[K, V]) turn(now time.Time) {
	switch since := now.Sub(r.turned); {
	case since < r.span && since > -r.span:
	case since >= 2*r.span && !r.turned.IsZero():
		r.old, r.young, r.turned = nil, map[K]V{}, now
	default:
		r.age(now)
	}
}

func (r *Recent[K, V]) age(now time.Time) {
	r.old, r.young, r.turned = r.young, map[K]V{}, now
}
