using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What can be asked of resources.</summary>
public static class ResourceBuilderExtensions
{
    /// <summary>Sets an environment variable; null sets it empty.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Setting(environment => environment[name] = value ?? "");

    /// <summary>Sets an environment variable to the value of a parameter.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Setting(environment => environment[name] = parameter.Resource.Value);

    /// <summary>Gives it the connection string of another: <c>ConnectionStrings__name</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source)
        where TDestination : IResourceWithEnvironment
    {
        builder.Plan().Uses.Add(source.Resource);
        return builder.Setting(environment => environment[$"ConnectionStrings__{source.Resource.Name}"] = source.Resource.ConnectionString);
    }

    /// <summary>Tells it where another listens: <c>services__name__http__0</c>, and one more for each further replica.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        builder.Plan().Uses.Add(source.Resource);
        return builder.Setting(environment =>
        {
            foreach (var (index, url) in ((ProjectResource)source.Resource).Urls.Index())
                environment[$"services__{source.Resource.Name}__http__{index}"] = url;
        });
    }

    /// <summary>Starts it when the other is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Waiting(new Wait(dependency.Resource, ExitCode: null));

    /// <summary>Starts it when the other has ended with this exit code. Any other code ends the application.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Waiting(new Wait(dependency.Resource, exitCode));

    /// <summary>Adds command-line arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs
    {
        builder.Plan().Arguments.AddRange(args);
        return builder;
    }

    /// <summary>Has it listen for HTTP, on this port or on any free one.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null)
        where T : IResourceWithEndpoints
    {
        builder.Plan().Endpoint = new HttpEndpoint(port);
        return builder;
    }

    /// <summary>Lets other machines reach its endpoint; without this it listens on loopback.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder.Listening(endpoint => endpoint with { External = true });

    /// <summary>Names the path that answers 200 when it is healthy.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null)
        where T : IResourceWithEndpoints => builder.Listening(endpoint => endpoint with { HealthPath = path ?? "/" });

    private static IResourceBuilder<T> Setting<T>(this IResourceBuilder<T> builder, Action<IDictionary<string, string>> set)
        where T : IResource
    {
        builder.Plan().Environment.Add(set);
        return builder;
    }

    private static IResourceBuilder<T> Waiting<T>(this IResourceBuilder<T> builder, Wait wait)
        where T : IResource
    {
        builder.Plan().Waits.Add(wait);
        builder.Plan().Uses.Add(wait.On);
        return builder;
    }

    private static IResourceBuilder<T> Listening<T>(this IResourceBuilder<T> builder, Func<HttpEndpoint, HttpEndpoint> change)
        where T : IResource
    {
        var plan = builder.Plan();
        plan.Endpoint = change(plan.Endpoint ?? throw new InvalidOperationException($"{builder.Resource.Name} has no endpoint yet."));
        return builder;
    }
}
