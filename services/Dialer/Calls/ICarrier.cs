namespace EmptyNumber.Dialer.Calls;

/// <summary>The telephone network, as far as a line needs it. An implementation takes any number of calls at a time.</summary>
public interface ICarrier
{
    /// <summary>Calls a number, listens, and hangs up.</summary>
    /// <param name="from">The extension that calls.</param>
    /// <param name="number">The called number.</param>
    /// <param name="answered">Awaited when the other side answers; never called where nobody does.</param>
    /// <param name="cancellationToken">Hangs up at once; the recording is lost.</param>
    Task<CallResult> CallAsync(Account from, string number, Func<Task> answered, CancellationToken cancellationToken);
}
