const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export function timeOf(date) {
  return time.format(date);
}

export function fullTimeOf(date) {
  return full.format(date);
}

/** A date and a time, not too long. */
export function dateTimeOf(date) {
  return dateTime.format(date);
}

/** The day for a heading: Today, Yesterday, or its date. */
export function dayOf(date, now = new Date()) {
  const days = daysBetween(date, now);
  if (days === 0) {
    return 'Today';
  }
  return days === 1 ? 'Yesterday' : (date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date);
}

/** As short as it can be told: a time today, a weekday this week, else a date. */
export function shortTimeOf(date, now = new Date()) {
  const days = daysBetween(date, now);
  if (days <= 0) {
    return time.format(date);
  }
  return (days < 7 ? weekday : shortDay).format(date);
}

/** A key that is the same for all times of one day where the reader is. */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function daysBetween(date, now) {
  const midnight = (each) => Date.UTC(each.getFullYear(), each.getMonth(), each.getDate());
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}
