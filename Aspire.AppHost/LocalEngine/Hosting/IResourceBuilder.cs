namespace Aspire.Hosting.ApplicationModel;

/// <summary>Describes one resource.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    /// <summary>The application that it belongs to.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource.</summary>
    T Resource { get; }
}

internal sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T>
    where T : IResource;

internal static class Plans
{
    public static ResourcePlan Plan(this IResource resource) => ((Resource)resource).Plan;

    public static ResourcePlan Plan<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.Resource.Plan();
}
