using EmptyNumber.Gateway.Routing;

namespace EmptyNumber.Gateway.Docs;

/// <summary>The services' OpenAPI documents in one browsable place, <c>/docs</c>.</summary>
internal static class DocsPages
{
    public static void UseDocs(this WebApplication app) => app.UseSwaggerUI(page =>
    {
        page.DocumentTitle = "EmptyNumber";
        page.RoutePrefix = "docs";
        foreach (var service in RouteTable.Services)
            page.SwaggerEndpoint($"/docs/{service}.json", service);
    });
}
