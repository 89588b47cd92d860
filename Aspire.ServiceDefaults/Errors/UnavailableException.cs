using System.Data.Common;

namespace EmptyNumber.ServiceDefaults.Errors;

/// <summary>Something that a request needs does not answer now: the request ends with 503 and may be sent again.</summary>
public sealed class UnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether an exception tells of a trouble that passes by itself: a server that is away or restarts.</summary>
    public static bool IsPassing(Exception exception) =>
        exception.Chain().Any(one => one is UnavailableException or DbException { IsTransient: true });
}
