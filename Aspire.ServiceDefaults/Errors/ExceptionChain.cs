namespace EmptyNumber.ServiceDefaults.Errors;

/// <summary>Exceptions that wrap others, as those of EF Core do, sometimes twice.</summary>
public static class ExceptionChain
{
    /// <summary>An exception, then what it wraps, and so on.</summary>
    public static IEnumerable<Exception> Chain(this Exception exception)
    {
        for (var one = exception; one is not null; one = one.InnerException)
            yield return one;
    }
}
