using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>Parameters of queries.</summary>
public static class Parameters
{
    /// <summary>What a search form was left empty in, <c>?name=&amp;key=4</c>, is as if it were not there.</summary>
    public static void UseParameters(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var query = context.Request.Query;
        if (query.Any(parameter => StringValues.IsNullOrEmpty(parameter.Value)))
            context.Request.Query = new QueryCollection(query.Where(parameter => !StringValues.IsNullOrEmpty(parameter.Value)).ToDictionary(StringComparer.OrdinalIgnoreCase));
        return next(context);
    });
}
